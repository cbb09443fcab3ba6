/**
 * `npm test [-- --seed N]`: runs setup, the unit tests and the tests in the real editor, each test once and in an order that
 * the seed determines, and ends with one line of counts. Logs, pictures and results of a run are kept in `out/`.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { countsOf, failuresOfVitest, fromEditor, fromVitest, total } from './counts.mjs';
import { ensureEditor } from './editor.mjs';
import { handOver } from './hand-over.mjs';
import { say } from './run.mjs';
import { seedIn } from './seed.mjs';
import { command, projectRoot, setUp } from './setup.mjs';
import { editorRestarts, editorResults, reportIn, slowest, unitResults } from './test-report.mjs';

const out = join(projectRoot, 'out');
const unitFile = join(out, 'unit-tests.json');
const editorFile = join(out, 'vscode-tests.json');
/** Number of slowest tests to list. */
const SLOWEST = 20;

/** Memory that both runners need when they run side by side, in bytes. */
const MEMORY_FOR_BOTH = 8e9;

/**
 * @typedef {object} Runner a test runner
 * @property {string} title
 * @property {readonly string[]} args of Node
 * @property {string} file the result that the runner writes
 * @property {(report: unknown) => import('./counts.mjs').Counts} read
 */

/**
 * @param {Runner} runner
 * @param {boolean} isShown whether the terminal shows its output while it runs
 * @returns {Promise<{ counts: import('./counts.mjs').Counts, summary: string, log: string }>}
 */
async function runTests({ title, args, file, read }, isShown) {
  rmSync(file, { force: true });
  const begin = performance.now();
  const log = file.replace(/\.json$/, '.log');
  const exitCode = await handOver(process.execPath, args, { cwd: projectRoot }, { file: log, isShown });
  const counts = countsOf(file, read, exitCode);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  return { counts, summary: `${title}: ${line(counts)}, ${seconds} s`, log };
}

/**
 * Runs both side by side, where the machine has room for it: each waits a good part of its time. What the second one says
 * is printed once the first one has ended.
 * @param {Runner} first
 * @param {Runner} second
 */
async function runBoth(first, second) {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const isTogether = availableParallelism() > 1 && memory >= MEMORY_FOR_BOTH;
  const beside = isTogether ? runTests(second, false) : null;
  print(`\n== ${first.title}${beside ? `; beside them the ${second.title}, whose output follows` : ''}`);
  const one = await runTests(first, true);
  print(one.summary);
  print(`\n== ${second.title}`);
  const other = await (beside ?? runTests(second, true));
  if (beside) print(readFileSync(other.log, 'utf8'));
  print(other.summary);
  return total([one.counts, other.counts]);
}

/** @param {import('./counts.mjs').Counts} counts */
function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {number} seed */
async function runAll(seed) {
  // If set-up fails, the results of the last run are not to be reported as this one's.
  for (const file of [unitFile, editorFile]) rmSync(file, { force: true });
  await setUp();
  // Before the first runner, which skips browser tests of panels if there is no browser. The second runner reports what is
  // missing.
  await ensureEditor();
  mkdirSync(out, { recursive: true });
  rmSync(join(out, 'panel'), { recursive: true, force: true });
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const unit = [
    ...[vitest, 'run', `--sequence.seed=${seed}`, '--reporter=default', '--reporter=json'],
    `--outputFile.json=${unitFile}`,
  ];
  const editor = ['test/vscode/run.mjs', '--seed', String(seed)];
  return runBoth(
    { title: 'unit tests', args: unit, file: unitFile, read: fromVitest },
    { title: 'tests in VS Code', args: editor, file: editorFile, read: fromEditor },
  );
}

/**
 * Prints the slowest tests, the failures, where to look and how to repeat the run.
 * @param {number} seed
 * @param {number} begin time in ms since 1970; files written since then belong to this run
 */
function close(seed, begin) {
  const [unit, editor] = [reportIn(unitFile), reportIn(editorFile)];
  const results = [...unitResults(unit, projectRoot), ...editorResults(editor)];
  print(`\nslowest tests`);
  for (const text of slowest(results, SLOWEST)) print(text);
  if (unit === null) print(`\nFAIL  no result of the unit tests in ${unitFile}`);
  else for (const failure of failuresOfVitest(unit)) print(`\nFAIL  ${failure}`);
  // The tests in VS Code have already printed their failures; repeat their names here.
  for (const { name, why } of editorResults(editor).filter(({ state }) => state === 'failed'))
    print(`\nFAIL  ${name}\n${why}`);
  print(`\nkept of this run:`);
  for (const path of filesSince(out, begin)) print(`  ${relative(projectRoot, path)}`);
  print(`the same order again: npm test -- --seed ${seed}`);
  print(`editor restarted: ${editorRestarts(editor)}`);
}

/**
 * Returns the logs, pictures and results in the folder that were written since `begin`.
 * @param {string} folder
 * @param {number} begin
 */
function filesSince(folder, begin) {
  return (
    readdirSync(folder, { encoding: 'utf8', recursive: true })
      // Of the copies in which tests mutate sources, nothing belongs to a run.
      .filter(
        (name) => /\.(png|txt|log|zip)$|-tests\.json$/.test(name) && !/[\\/]node_modules[\\/]/.test(name),
      )
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile() && statSync(path).mtimeMs >= begin)
      .toSorted()
  );
}

await command(async () => {
  const { seed } = seedIn(process.argv.slice(2));
  const begin = Date.now();
  print(`seed: ${seed}`);
  const sum = await runAll(seed).catch((error) => {
    say(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  close(seed, begin);
  print(line(sum));
  return sum.failed > 0 ? 1 : 0;
});
