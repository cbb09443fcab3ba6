import type { Sandbox } from './sandbox';

/** Where tests run. */
export interface Place {
  /** The project's folder, which is the extension's. */
  readonly root: string;
  readonly sandbox: Sandbox;
  readonly environment: NodeJS.ProcessEnv;
}

/** The VS Code server, the Node it needs and a browser, as set-up finds them. */
export interface Editor {
  readonly node: string;
  readonly serverMain: string;
  readonly chromium: string;
}
