/** Turns a fresh clone into a working product; a second call finds everything done and takes about a second. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNative } from './native.mjs';
import { ensurePackages } from './packages.mjs';
import { run, say, tail } from './run.mjs';
import { sourcesInPackages } from './sources.mjs';
import { stepLine } from './steps.mjs';

/** The project folder. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The oldest with `zlib.crc32`. */
const OLDEST_NODE = '20.15';

/**
 * Installs the npm packages and native TensorFlow, and builds the bundles.
 * @throws {Error} with what failed and what to do
 */
export async function setUp() {
  if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0)
    throw new Error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer`);
  await ensurePackages(projectRoot);
  await native();
  await build();
}

async function native() {
  const sources = sourcesInPackages(join(projectRoot, 'node_modules'));
  const answer = await ensureNative({
    sources,
    mayInstallPrograms: true,
    asked: false,
    report: tellStep(),
  });
  if ('reason' in answer) {
    say(`no native TensorFlow: ${answer.reason}`);
    say('training will run on ONNX Runtime instead');
  } else if (!answer.wasThere) say(`TensorFlow ${answer.tensorflow} is ready`);
}

/**
 * Prints each step on a line; on a terminal, download progress overwrites the last line.
 * @returns {(step: import('./steps.mjs').Step) => void}
 */
function tellStep() {
  let last = '';
  return (step) => {
    if (step.text !== last) say(stepLine(step));
    else if (process.stderr.isTTY && process.env.TERM !== 'dumb' && !process.env.CI)
      process.stderr.write(`\u001b[1A\u001b[2Kset-up: ${stepLine(step)}\n`);
    last = step.text;
  };
}

async function build() {
  const result = await run(process.execPath, ['esbuild.mjs'], { cwd: projectRoot });
  if (result.code !== 0) throw new Error(`the build failed:\n${tail(result.output, 30)}`);
}

/**
 * Runs a command's entry point: a failure prints a message instead of a stack and sets exit code 1.
 * @param {() => Promise<number>} body returns the exit code
 */
export async function command(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await command(async () => {
    await setUp();
    say('done');
    return 0;
  });
