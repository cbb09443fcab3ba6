import type { Window } from '../editor/window';
import type { Sandbox } from '../sandbox';
import type { RunKind } from '../trained';

/** What a test in a window works with; all of it is its own. */
export interface Context {
  /** The project's folder, which is the extension's. */
  readonly root: string;
  readonly sandbox: Sandbox;
  readonly workspace: string;
  readonly window: Window;
}

/** One step of a test: throws when it fails. What it gives back (a figure that was measured) is printed beside its name. */
export interface Step {
  readonly name: string;
  run(context: Context): Promise<string | void>;
}

/** One test: steps in a window of its own, each of which takes up what the one before left. */
export interface Story {
  readonly name: string;
  /** Whether the workspace is trusted; it usually is. */
  readonly trusted?: false;
  /** Whether the package is installed on a machine that has nothing else: no TensorFlow, an empty home, no network. */
  readonly installed?: true;
  /** Whether the package for browsers is installed, and runs in the window itself. */
  readonly inBrowser?: true;
  /** Why the test is skipped, which the report says; absent for one that runs. */
  readonly skipped?: string;
  /** Runs that the workspace has when the window opens. */
  readonly runs?: readonly RunKind[];
  readonly steps: readonly Step[];
}
