import type { Editor, Place } from '../place';
import { launch } from './browser';
import { Server } from './server';
import { Window } from './window';

export interface Opened {
  readonly window: Window;
  close(): Promise<void>;
}

export interface Wanted {
  readonly trusted: boolean;
  /** Of the server. */
  readonly folder: string;
  readonly workspace: string;
  readonly screenshots: string;
}

/** A server of its own, and a browser with a window of it. */
export async function openWindow(
  { trusted, folder, workspace, screenshots }: Wanted,
  editor: Editor,
  { root, sandbox }: Place,
): Promise<Opened> {
  const server = await Server.start({ ...editor, folder, environment: sandbox.environment, trusted });
  try {
    const browser = await launch(editor.chromium);
    const close = async (): Promise<void> => {
      await browser.close();
      await server.stop();
    };
    try {
      return { window: await Window.open(browser, screenshots, server.url(workspace, root)), close };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}
