import { launch } from '../editor/browser';
import { Server } from '../editor/server';
import { Window } from '../editor/window';
import type { Editor, Place } from '../place';
import type { Report } from '../report';
import type { Flow } from './flows';

/** Seconds that one test may take. */
const LIMIT = 150;

/** Opens a window on the flows' workspace and runs the flow's tests in it. */
export async function runFlow(
  report: Report,
  flow: Flow,
  editor: Editor,
  { root, sandbox, environment }: Place,
  screenshots: string,
): Promise<void> {
  const workspace = await sandbox.workspace('w');
  const folder = sandbox.make(flow.trusted ? 'ws' : 'us');
  const server = await Server.start({ ...editor, folder, environment, trusted: flow.trusted });
  const browser = await launch(editor.chromium);
  try {
    const window = await Window.open(browser, screenshots, server.url(workspace, root));
    const context = { root, sandbox, workspace, window };
    await report.run(flow.tests, context, LIMIT, async (name) => {
      await window.screenshot(`failed ${name.replace(/[^\w]+/g, '-')}`);
      for (const text of await window.standing()) report.note(text);
      // A menu and its submenu, or a question, must not stand in the next test's way.
      for (let i = 0; i < 2; i++) await window.page.keyboard.press('Escape');
      for (const text of await window.notifications()) report.note(`VS Code says: ${text}`);
    });
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.failed(`${flow.title}: the window opens`, 0, why);
  } finally {
    await browser.close();
    await server.stop();
  }
}
