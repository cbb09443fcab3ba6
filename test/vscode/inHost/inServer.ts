import { launch } from '../editor/browser';
import { Server } from '../editor/server';
import type { Editor, Place } from '../place';
import { within } from '../report';
import { bundleFile, collect } from './results';
import type { InHostRun } from './results';

/** Runs the tests in the extension host of the VS Code server, with a browser page as its window. */
export async function runInServer(editor: Editor, place: Place, seconds: number): Promise<InHostRun> {
  const { root, sandbox, environment } = place;
  const workspace = await sandbox.workspace('h');
  const server = await Server.start({ ...editor, folder: sandbox.make('hs'), environment, trusted: true });
  const browser = await launch(editor.chromium);
  try {
    return await collect(root, async () => {
      const page = await browser.newPage();
      let ended: (code: unknown) => void = () => undefined;
      const exit = new Promise<unknown>((resolve) => (ended = resolve));
      await page.exposeFunction('codeAutomationExit', (code: unknown) => ended(code));
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.goto(server.url(workspace, root, bundleFile(root)));
      await within(exit, seconds);
    });
  } finally {
    await browser.close();
    await server.stop();
  }
}
