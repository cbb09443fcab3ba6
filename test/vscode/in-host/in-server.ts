import { stat } from 'node:fs/promises';
import { launch } from '../editor/browser';
import { Server } from '../editor/server';
import type { Editor } from '../place';
import type { Sandbox } from '../sandbox';
import { timeIn, timeOfTree } from '../waiting/processes';
import { rowsIn } from '../waiting/rows';
import { Watch } from '../waiting/watch';
import { bundleFile, collect, resultsFile } from './results';
import type { InHostRun } from './results';
import type { Plan } from './plan';

/** Processor seconds in a minute that an idle server does not use. */
const NOT_IDLE = 5;

/** Runs the tests in the extension host of the VS Code server, with a browser page as its window. */
export async function runInServer(
  editor: Editor,
  { root, sandbox, plan }: { root: string; sandbox: Sandbox; plan: Plan },
): Promise<InHostRun> {
  const workspace = await sandbox.workspace();
  const watch = new Watch();
  const results = (): Promise<number> =>
    stat(resultsFile(root)).then(
      ({ size }) => size,
      () => 0,
    );
  watch.add(rowsIn(workspace), timeIn(sandbox.folder, 0.5), { name: 'results', least: 1, measure: results });
  let server: Server | undefined;
  let close = (): Promise<void> => Promise.resolve();
  try {
    return await collect(root, plan, () =>
      watch.run(async () => {
        const { environment } = sandbox;
        server = await Server.start({
          ...editor,
          folder: sandbox.make('profile'),
          environment,
          trusted: true,
        });
        watch.add(timeOfTree('processor time of the server', () => server?.pid, NOT_IDLE));
        const { browser } = await launch(editor.chromium);
        close = () => browser.close();
        const page = await browser.newPage();
        let ended: (code: unknown) => void = () => undefined;
        const exit = new Promise<unknown>((resolve) => (ended = resolve));
        await page.exposeFunction('codeAutomationExit', (code: unknown) => ended(code));
        await page.exposeFunction('codeAutomationLog', () => undefined);
        await page.goto(server.url(workspace, root, bundleFile(root)), { timeout: 0 });
        watch.waits('the tests in the extension host to end', '');
        await exit;
      }),
    );
  } finally {
    await close();
    await server?.stop();
  }
}
