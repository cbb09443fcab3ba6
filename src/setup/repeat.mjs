/**
 * `npm run test:repeat -- TIMES [FILTER...]`: repeats tests, each time in a different order, and tabulates the results. A
 * filter is part of a test file's path, as in vitest; `vscode`, or `vscode:PATTERN`, selects the tests in the real editor.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from './run.mjs';
import { seedIn } from './seed.mjs';
import { command, projectRoot, setUp } from './setup.mjs';
import { editorResults, reportIn, unitResults } from './test-report.mjs';
import { tabulate } from './test-table.mjs';

const out = join(projectRoot, 'out', 'repeat');

/** @typedef {{ results: import('./test-report.mjs').TestResult[], code: number, output: string }} Round */

/**
 * Runs the unit tests once, in the order of `seed`.
 * @param {number} seed
 * @param {readonly string[]} filters
 * @returns {Promise<Round>}
 */
async function unitRound(seed, filters) {
  const file = join(out, 'unit-tests.json');
  rmSync(file, { force: true });
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const options = [`--sequence.seed=${seed}`, '--reporter=json', `--outputFile.json=${file}`];
  const { code, output } = await run(process.execPath, [vitest, 'run', ...filters, ...options], {
    cwd: projectRoot,
  });
  return { results: unitResults(reportIn(file), projectRoot), code, output };
}

/**
 * Runs the tests in the real editor once, in the order of `seed`.
 * @param {number} seed
 * @param {string} pattern
 * @returns {Promise<Round>}
 */
async function editorRound(seed, pattern) {
  const file = join(projectRoot, 'out', 'vscode-tests.json');
  rmSync(file, { force: true });
  const args = ['test/vscode/run.mjs', '--seed', String(seed), ...(pattern === '' ? [] : [pattern])];
  const { code, output } = await run(process.execPath, args, { cwd: projectRoot });
  return { results: editorResults(reportIn(file)), code, output };
}

await command(async () => {
  const { seed, rest } = seedIn(process.argv.slice(2));
  const [times = '', ...filters] = rest;
  if (!/^[1-9]\d*$/.test(times))
    throw new Error(`got '${times}', expected how many times: npm run test:repeat -- 20 [filter]`);
  await setUp();
  mkdirSync(out, { recursive: true });
  const editor = /^vscode(?::(.*))?$/.exec(filters[0] ?? '');
  /** @type {import('./test-table.mjs').Round[]} */
  const rounds = [];
  for (let i = 0; i < Number(times); i++) {
    const own = seed + i;
    const begin = performance.now();
    const { results, code, output } = await (editor
      ? editorRound(own, editor[1] ?? '')
      : unitRound(own, filters));
    const round = { seed: own, seconds: (performance.now() - begin) / 1000, results, code };
    rounds.push(round);
    const failed = results.filter(({ state }) => state === 'failed').length;
    const said = `${i + 1}: ${results.length - failed} of ${results.length} without a failure, ${round.seconds.toFixed(0)} s, seed ${own}`;
    process.stdout.write(`${said}${code === 0 ? '' : `, exit code ${code}`}\n`);
    if (code === 0) continue;
    const log = join(out, `${own}.log`);
    writeFileSync(log, output);
    process.stdout.write(`   ${relative(projectRoot, log)}\n`);
  }
  const table = tabulate(rounds);
  writeFileSync(join(out, 'table.txt'), table);
  process.stdout.write(`\n${table}`);
  return rounds.some(({ code }) => code !== 0) ? 1 : 0;
});
