/**
 * `npm run bench -- install`: a Python environment in the user's cache with what the peers of the benchmark need. Does
 * nothing when it is there. A package that cannot be had is said and left out: the benchmark then skips its peers.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../src/setup/lock.mjs';
import { findProgram, run, say, tail } from '../../src/setup/run.mjs';
import { peersEnvironment, requirementLines } from './environment.mjs';

const requirements = join(dirname(fileURLToPath(import.meta.url)), 'requirements.txt');
const { folder, python, manifest } = peersEnvironment(requirements);

/** Lines that an earlier installation left out, or null where there is none. */
function leftOut() {
  try {
    return /** @type {string[]} */ (JSON.parse(readFileSync(manifest, 'utf8')).leftOut);
  } catch {
    return null;
  }
}

async function install() {
  const before = leftOut();
  if (before?.length === 0) return say(`the peers' Python environment is ready: ${folder}`);
  if (!existsSync(python)) {
    const system = findProgram(['python3', 'python']);
    if (!system) throw new Error('python3 was not found; the peers need Python 3.11 or newer');
    say(`making a Python environment in ${folder}`);
    await must(run(system, ['-m', 'venv', folder]));
  }
  const lines = before ?? requirementLines(await readFile(requirements, 'utf8'));
  const failed = [];
  for (const line of lines) {
    say(`installing ${line}`);
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '-c', requirements, line];
    const { code, output } = await run(python, pip);
    if (code === 0) continue;
    failed.push(line);
    say(`left out: ${line}\n${tail(output, 4)}`);
  }
  await writeFile(manifest, JSON.stringify({ leftOut: failed }, null, 2));
  say(failed.length === 0 ? `ready: ${folder}` : 'ready but for what was left out; run this again to retry');
}

/** @param {Promise<{ code: number, output: string }>} running */
async function must(running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`exit code ${code}:\n${tail(output)}`);
}

try {
  await withLock(`${folder}.lock`, install);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
