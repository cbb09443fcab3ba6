import type { Editor } from '../place';
import type { Sandbox } from '../sandbox';
import { timeOfTree } from '../waiting/processes';
import type { Watch } from '../waiting/watch';
import { launch } from './browser';
import { install, packaged } from './installed';
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
  /** A fault of VS Code itself, in words, was recovered from. */
  readonly restarted: (why: string) => void;
}

/** A server and a browser of their own with a window on the workspace; `watch` follows them. */
export async function openWindow(
  { trusted, workspace, folder, root, installed = false, restarted }: Wanted,
  editor: Editor,
  sandbox: Sandbox,
  watch: Watch,
): Promise<Opened> {
  const profile = sandbox.make('profile');
  if (installed) await install(editor, await packaged(root, sandbox.folder), profile, sandbox.environment);
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
        url: server.url(workspace, installed ? null : root),
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
