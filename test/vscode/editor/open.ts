import type { Editor } from '../place';
import type { Sandbox } from '../sandbox';
import { timeOfTree } from '../waiting/processes';
import type { Watch } from '../waiting/watch';
import { launch } from './browser';
import { WEB_TARGET } from '../../../src/setup/package-engines.mjs';
import { install, keepOffTheServer, packaged } from './installed';
import { Server } from './server';
import { Window } from './window';

/** Processor seconds in a minute that an editor, or its browser, does not use while it idles. */
const NOT_IDLE = 5;

export interface Opened {
  readonly window: Window;
  close(): Promise<void>;
}

export interface Wanted {
  readonly trusted: boolean;
  readonly workspace: string;
  /** For screenshots. */
  readonly folder: string;
  /** The project's folder, which is the extension's. */
  readonly root: string;
  /** Whether its package is installed, instead of its folder being loaded. */
  readonly installed?: boolean;
  /** Whether the package for browsers is installed, and its extension runs in the window instead of on the server. */
  readonly inBrowser?: boolean;
  /** A fault of VS Code itself, in words, was recovered from. */
  readonly restarted: (why: string) => void;
}

/** A server and a browser of their own with a window on the workspace; `watch` follows them. */
export async function openWindow(
  { trusted, workspace, folder, root, installed = false, inBrowser = false, restarted }: Wanted,
  editor: Editor,
  sandbox: Sandbox,
  watch: Watch,
): Promise<Opened> {
  const profile = sandbox.make('profile');
  if (installed || inBrowser) {
    let working: number | undefined;
    const started = (pid: number | undefined): void => void (working = pid);
    watch.add(timeOfTree('processor time of what packages and installs', () => working, 0.1));
    watch.waits('the package to be made and installed', '');
    const vsix = await packaged(root, sandbox.folder, started, inBrowser ? WEB_TARGET.name : undefined);
    await install(editor, vsix, profile, sandbox.environment, started);
  }
  if (inBrowser) await keepOffTheServer(profile);
  const server = await Server.start({
    ...editor,
    folder: profile,
    environment: sandbox.environment,
    trusted,
  });
  watch.add(timeOfTree('processor time of the server', () => server.pid, NOT_IDLE));
  try {
    const { browser, pid } = await launch(editor.chromium);
    watch.add(timeOfTree('processor time of the browser', () => pid, NOT_IDLE));
    const close = async (): Promise<void> => {
      await browser.close();
      await server.stop();
    };
    try {
      const window = await Window.open(browser, {
        folder,
        url: server.url(workspace, installed || inBrowser ? null : root),
        watch,
        restarted,
      });
      return { window, close };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}
