/** Makes a Python environment with JAX in the user's cache, once, or tries out the Python that the user names. */
import { rm, readdir, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ensureFolder } from './ensure-folder.mjs';
import { isWhole, jaxFolder, jaxPython, JAX_PYTHON, MANIFEST, pythonIn } from './locations.mjs';
import { withLock } from './lock.mjs';
import { JAX } from './pins.mjs';
import { findProgram, NEUTRAL_FOLDER, run, tail } from './run.mjs';
import { stage } from './staging.mjs';
import { megabytes } from './steps.mjs';

/** What is downloaded, in bytes, on Linux x64 with Python 3.11; elsewhere about as much. */
const DOWNLOAD = { cpu: 141_418_910, cuda: 3_346_794_096 };
/** Disk space for the download and what is unpacked, in bytes. */
const ROOM = { cpu: 1.5e9, cuda: 12e9 };

/** Interval of progress reports during a download, in ms. */
const REPORT_EVERY = 500;
/** Time that JAX has to load and compute, in ms. */
const PROBE_TIMEOUT = 120_000;

/** What a Python must have to make an environment. Prints its version, its path, and what it lacks. */
const LOOK = `
import json, sys
try:
    import venv, ensurepip
    lacks = ''
except ImportError as error:
    lacks = error.name
print(json.dumps([sys.version.split()[0], sys.executable, lacks]))`;

/**
 * @typedef {object} Installation
 * @property {boolean} withCuda whether NVIDIA's graphics cards are to be used
 * @property {string} sources folder of the engine's Python sources, which try JAX out
 */
/** @typedef {Installation & import('./steps.mjs').Asker} Request */
/** @typedef {{ jax: string, device: string, python: string, wasThere: boolean }} Ready */

/**
 * Installs JAX if it is not there, and tries it out.
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>} or why there is none and what to do about it
 * @throws the abort reason of `signal`; nothing is left behind
 */
export async function ensureJax(request) {
  try {
    const { withCuda, report, signal } = request;
    const folder = jaxFolder(withCuda);
    const named = process.env[JAX_PYTHON] ? jaxPython() : null;
    if (named) return await tryOut(named, true, request);
    if (isWhole(folder)) return await tryOutOwn(folder, request);
    const onWait = (/** @type {string} */ text) => report({ step: 'waiting', text });
    const alone = () => (isWhole(folder) ? tryOutOwn(folder, request) : install(folder, request));
    return await withLock(join(dirname(folder), `${basename(folder)}.lock`), alone, { onWait, signal });
  } catch (error) {
    request.signal?.throwIfAborted();
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {string} folder
 * @param {Request} request
 */
async function tryOutOwn(folder, request) {
  const answer = await tryOut({ python: pythonIn(folder), isOwn: true }, true, request);
  return 'reason' in answer ? { reason: `${answer.reason}; delete ${folder} to install it again` } : answer;
}

/**
 * @param {string} folder
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>}
 */
async function install(folder, request) {
  const { withCuda, report, signal } = request;
  const kind = withCuda ? 'cuda' : 'cpu';
  report({ step: 'checking', text: `looking for Python ${JAX.python} or newer` });
  const python = await findPython();
  if (withCuda) await requireCard();
  const free = await freeBytes(dirname(folder));
  if (free < ROOM[kind])
    throw new Error(
      `${dirname(folder)} has ${megabytes(free)} MB free and ${megabytes(ROOM[kind])} are needed`,
    );
  const answer = await stage(folder, async (staging) => {
    signal?.throwIfAborted();
    await must('the Python environment could not be made', python, ['-I', '-m', 'venv', staging], request);
    await download(staging, request);
    const ready = await tryOut({ python: pythonIn(staging), isOwn: true }, false, request);
    if ('reason' in ready) throw new Error(ready.reason);
    const files = { 'pyvenv.cfg': (await stat(join(staging, 'pyvenv.cfg'))).size };
    await writeFile(join(staging, MANIFEST), JSON.stringify({ jax: ready.jax, files }, null, 2));
    signal?.throwIfAborted();
    return ready;
  });
  return { ...answer, python: pythonIn(folder) };
}

/**
 * Downloads and unpacks the pinned packages. Only wheels: no package runs a program of its own.
 * @param {string} staging
 * @param {Request} request
 */
async function download(staging, { withCuda, report, signal }) {
  const kind = withCuda ? 'cuda' : 'cpu';
  const total = DOWNLOAD[kind];
  const text = `downloading JAX ${JAX.version}${withCuda ? ' with CUDA 12' : ''}, about ${megabytes(total)} MB`;
  const temporary = join(staging, 'tmp');
  await ensureFolder(temporary);
  report({ step: 'downloading', text, received: 0, total });
  const progress = setInterval(async () => {
    const received = Math.min(total, await sizeOf(temporary));
    report({ step: 'downloading', text, received, total });
  }, REPORT_EVERY);
  const packages = withCuda ? [...JAX.packages, `jax[cuda12]==${JAX.version}`] : JAX.packages;
  const options = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  const args = ['-I', '-m', 'pip', 'install', ...options, '--only-binary', ':all:', ...packages];
  // What it unpacks in the meantime is removed with the rest if it is interrupted.
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  try {
    await must('pip could not install JAX', pythonIn(staging), args, { signal }, env);
  } finally {
    clearInterval(progress);
  }
  await rm(temporary, { recursive: true, force: true });
}

/**
 * @param {string} problem
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ signal?: AbortSignal | undefined }} asker
 * @param {NodeJS.ProcessEnv} [env]
 */
async function must(problem, program, args, { signal }, env = process.env) {
  const result = await run(program, args, { cwd: NEUTRAL_FOLDER, env, signal });
  if (result.code !== 0) throw new Error(`${problem}:\n${tail(result.output)}`);
}

/** @returns {Promise<string>} the path of a Python that can make an environment */
async function findPython() {
  const names = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  const found = [];
  for (const name of names) {
    const program = findProgram([name]);
    if (program === null) continue;
    const { code, output } = await run(program, ['-I', '-c', LOOK], { cwd: NEUTRAL_FOLDER, timeout: 60_000 });
    const line = /^\["([^"]+)", "(.+)", "(\w*)"\]$/m.exec(output);
    if (code !== 0 || !line) continue;
    const [, version = '', path = '', lacks] = line;
    if (version.localeCompare(JAX.python, 'en', { numeric: true }) < 0)
      found.push(`Python ${version} (${program})`);
    else if (lacks) found.push(`Python ${version} (${program}) without its module ${lacks}`);
    else return JSON.parse(`"${path}"`);
  }
  const what = [...new Set(found)].join(', ') || 'no Python';
  throw new Error(
    `found ${what}, expected Python ${JAX.python} or newer with venv and pip (on Debian: python3-venv). ` +
      `${JAX_PYTHON} names a Python that has JAX, if you have one.`,
  );
}

/** @throws {Error} if there is no graphics card that CUDA could use: the download is large */
async function requireCard() {
  const { code, output } = await run('nvidia-smi', ['-L'], { timeout: 60_000 });
  if (code === 0 && /^GPU \d/m.test(output)) return;
  throw new Error(
    `no graphics card of NVIDIA was found (nvidia-smi -L said: ${output.trim().split('\n')[0]?.slice(0, 200)}); install its driver, or leave --cuda out`,
  );
}

/**
 * Loads JAX and computes with it in a process of its own.
 * @param {{ python: string, isOwn: boolean }} python
 * @param {boolean} wasThere
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>}
 */
async function tryOut({ python, isOwn }, wasThere, { withCuda, sources, report, signal }) {
  report({ step: 'probing', text: 'trying JAX out' });
  const args = [...(isOwn ? ['-I'] : []), '-B', sources, '--probe'];
  const env = { ...process.env, XLA_PYTHON_CLIENT_PREALLOCATE: 'false' };
  const { code, output } = await run(python, args, {
    ...{ cwd: NEUTRAL_FOLDER, env, signal },
    timeout: PROBE_TIMEOUT,
  });
  const line = /^\{"protocol".*\}$/m.exec(output)?.[0];
  if (line === undefined) {
    const why = output.includes('SIGILL')
      ? 'this processor lacks instructions that JAX was compiled for (AVX)'
      : output.trim().split('\n').pop() || `exit code ${code}`;
    return { reason: `${python} does not run JAX: ${why}` };
  }
  const said = JSON.parse(line);
  if (said.missing !== undefined)
    return { reason: `Python ${said.python} (${python}): ${said.missing}${isOwn ? '' : advice()}` };
  const device = said.platform === 'cpu' ? 'the processor' : String(said.devices[0]);
  if (withCuda && said.platform !== 'gpu')
    return { reason: `JAX ${said.jax} (${python}) finds ${device}, expected a graphics card of NVIDIA` };
  return { jax: String(said.jax), device, python, wasThere };
}

const advice = () =>
  `. It is named by ${JAX_PYTHON} or the setting vae.jaxPython: install jax==${JAX.version} there, or name none and set-up makes an environment of its own`;

/** @param {string} folder */
async function freeBytes(folder) {
  await ensureFolder(folder, 0o755);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Returns the size of all files in a folder that others write to, in bytes.
 * @param {string} folder
 */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
