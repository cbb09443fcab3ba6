import type { Report } from './report';
import type { Trained } from './trained';

/** What all tests of a run of this suite share. */
export interface Place {
  /** The project's folder, which is the extension's. */
  readonly root: string;
  readonly seed: number;
  readonly report: Report;
  readonly trained: Trained;
  /** The folder of a test's screenshots and logs. */
  evidence(name: string): string;
}

/** The VS Code server, the Node it needs and a browser, as set-up finds them. */
export interface Editor {
  readonly node: string;
  readonly serverMain: string;
  readonly chromium: string;
}
