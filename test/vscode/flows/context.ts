import type { Window } from '../editor/window';
import type { Sandbox } from '../sandbox';

/** What the tests of a window share. They run in order, and each takes up what the one before left. */
export interface Context {
  /** The project's folder, which is the extension's. */
  readonly root: string;
  readonly sandbox: Sandbox;
  readonly workspace: string;
  readonly window: Window;
}
