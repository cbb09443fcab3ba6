/** The tests in the real VS Code: in its extension host, then in its windows. `run.mjs` bundles this and calls `main`. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureEditor } from '../../src/setup/editor.mjs';
import { findDesktop, runInDesktop } from './desktop';
import { flows } from './flows/flows';
import { runFlow } from './flows/runFlow';
import { runInServer } from './inHost/inServer';
import { IN_HOST } from './inHost/names';
import { reportInHost } from './inHost/report';
import { Report } from './report';
import { Sandbox } from './sandbox';

declare const __projectRoot: string;
const root = __projectRoot;

/** Seconds for all tests in the extension host together. */
const IN_HOST_LIMIT = 420;

/** @param only runs the tests whose names match this pattern. @returns the exit code */
export async function main(only: string): Promise<number> {
  const report = new Report(only);
  const screenshots = join(root, 'out', 'screenshots');
  const editor = await ensureEditor();
  const desktop = await findDesktop(root);
  const sandbox = await Sandbox.create();
  const interrupted = (): void => void sandbox.dispose().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await rm(screenshots, { recursive: true, force: true });
    const place = { root, sandbox, environment: sandbox.environment };
    report.title(`in the extension host of ${desktop.path === null ? 'the VS Code server' : desktop.path}`);
    const wanted = IN_HOST.filter((name) => report.wants(name));
    if (wanted.length > 0 && desktop.path !== null)
      await reportInHost(report, wanted, () => runInDesktop(desktop.path!, place, IN_HOST_LIMIT));
    else if (wanted.length > 0 && !('missing' in editor))
      await reportInHost(report, wanted, () => runInServer(editor, place, IN_HOST_LIMIT));
    else if ('missing' in editor) report.skipped(wanted, `${desktop.why}; ${editor.missing}`);

    for (const flow of flows) {
      const tests = flow.tests.filter(({ name }) => report.wants(name));
      if (tests.length === 0) continue;
      report.title(flow.title);
      if ('missing' in editor)
        report.skipped(
          tests.map(({ name }) => name),
          editor.missing,
        );
      else await runFlow(report, { ...flow, tests }, editor, place, screenshots);
    }
  } finally {
    await sandbox.dispose();
    await report.write(join(root, 'out', 'vscode-tests.json'));
  }
  return report.counts.failed > 0 ? 1 : 0;
}
