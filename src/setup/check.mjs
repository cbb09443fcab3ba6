/**
 * `npm run check`: runs formatting, linting, type checks and the quick tests in parallel. Prints a line with the seconds of
 * each, and the output of those that fail.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { command, projectRoot } from './setup.mjs';

/** @param {string} name */
const cached = (name) => join('node_modules/.cache', name);
/** @param {string} project @param {string} name */
const types = (project, name) => [
  ...['node_modules/typescript/bin/tsc', '-p', project, '--incremental'],
  ...['--tsBuildInfoFile', cached(`tsc/${name}.json`)],
];

/** Longest first, so that short stages fill the end. */
const STAGES = {
  lint: [
    ...['node_modules/eslint/bin/eslint.js', '--cache', '--cache-location', cached('eslint/')],
    ...['--cache-strategy', 'content', '--max-warnings', '0', '.'],
  ],
  tests: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'plain', '--project', 'isolated'],
  'unused code': [
    'node_modules/knip/bin/knip.js',
    '--no-progress',
    '--cache',
    '--cache-location',
    cached('knip'),
  ],
  types: types('.', 'project'),
  'types of webview': types('webview', 'webview'),
  format: [
    ...['node_modules/prettier/bin/prettier.cjs', '--check', '--cache', '--cache-strategy', 'content'],
    ...['--log-level', 'warn', '.'],
  ],
};

await command(async () => {
  const begin = performance.now();
  const waiting = Object.entries(STAGES);
  let failed = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, args] = next;
      const start = performance.now();
      const { code, output } = await run(process.execPath, args, { cwd: projectRoot });
      if (code !== 0) failed++;
      const said = `${name}: ${code === 0 ? 'well' : 'FAILED'}, ${seconds(start)} s`;
      process.stdout.write(code === 0 ? `${said}\n` : `${output.trimEnd()}\n${said}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  process.stdout.write(`check: ${failed === 0 ? 'well' : `${failed} failed`}, ${seconds(begin)} s\n`);
  return failed === 0 ? 0 : 1;
});

/** @param {number} begin */
function seconds(begin) {
  return ((performance.now() - begin) / 1000).toFixed(0);
}
