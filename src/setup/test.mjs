/** `npm test`: sets up, runs the unit tests and the tests in the real editor, and ends with one line of counts. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countsOf, failuresOfVitest, fromEditor, fromVitest, total } from './counts.mjs';
import { ensureEditor } from './editor.mjs';
import { handOver } from './hand-over.mjs';
import { say } from './run.mjs';
import { command, projectRoot, setUp } from './setup.mjs';

const out = join(projectRoot, 'out');

/**
 * @param {string} title
 * @param {readonly string[]} args of Node
 * @param {string} file the result that the runner writes
 * @param {(report: unknown) => import('./counts.mjs').Counts} read
 */
async function runner(title, args, file, read) {
  process.stdout.write(`\n== ${title}\n`);
  rmSync(file, { force: true });
  const exitCode = await handOver(process.execPath, args, { cwd: projectRoot });
  const counts = countsOf(file, read, exitCode);
  process.stdout.write(`${title}: ${line(counts)}\n`);
  return counts;
}

/** @param {import('./counts.mjs').Counts} counts */
function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function runAll() {
  await setUp();
  // Before the first runner: panel tests in a browser are skipped where there is none. The second says what is missing.
  await ensureEditor();
  mkdirSync(out, { recursive: true });
  const unitFile = join(out, 'unit-tests.json');
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  // A browser, or a process that is killed, may be late on a busy machine: once more, and the report says which.
  const reporters = ['--retry=1', '--reporter=default', '--reporter=json', `--outputFile.json=${unitFile}`];
  const editorFile = join(out, 'vscode-tests.json');
  const counts = [
    await runner('unit tests', [vitest, 'run', ...reporters], unitFile, fromVitest),
    await runner('tests in VS Code', ['test/vscode/run.mjs'], editorFile, fromEditor),
  ];
  for (const failure of unitFailures(unitFile)) process.stdout.write(`\nFAIL  ${failure}\n`);
  return total(counts);
}

/** The tests in VS Code name their failures last by themselves. @param {string} file */
function unitFailures(file) {
  try {
    return failuresOfVitest(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [`no result of the unit tests in ${file}`];
  }
}

await command(async () => {
  const sum = await runAll().catch((error) => {
    say(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  process.stdout.write(`\n${line(sum)}\n`);
  return sum.failed > 0 ? 1 : 0;
});
