import { openWindow } from '../editor/open';
import type { Opened } from '../editor/open';
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
  place: Place,
  screenshots: string,
): Promise<void> {
  const { root, sandbox } = place;
  const workspace = await sandbox.workspace('w');
  const open = (folder: string): Promise<Opened> =>
    openWindow({ ...flow, folder: sandbox.make(folder), workspace, screenshots }, editor, place);
  const folder = flow.trusted ? 'ws' : 'us';
  let opened: Opened;
  try {
    opened = await open(folder).catch((error: unknown) => {
      report.note(`the window is opened again: ${String(error)}`);
      return open(`${folder}2`);
    });
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.failed(`${flow.title}: the window opens`, 0, why);
    return;
  }
  const { window } = opened;
  const onFailure = async (name: string): Promise<void> => {
    await window.screenshot(`failed ${name.replace(/[^\w]+/g, '-')}`);
    for (const text of await window.standing()) report.note(text);
    // A menu and its submenu, or a question, must not stand in the next test's way.
    for (let i = 0; i < 2; i++) await window.page.keyboard.press('Escape');
    for (const text of await window.notifications()) report.note(`VS Code says: ${text}`);
  };
  try {
    const context = { root, sandbox, workspace, window };
    await report.run(flow.tests, context, LIMIT, { onFailure, recover: () => window.reload() });
  } finally {
    await opened.close();
  }
}
