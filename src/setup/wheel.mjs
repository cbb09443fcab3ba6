/**
 * Builds the native TensorFlow from a Python wheel: the wheel contains the C library and its headers, and tfjs-node's two
 * binding sources compile against them in seconds, with only a C++ compiler.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compileBinding, LIBRARIES } from './binding.mjs';
import { run, tail } from './run.mjs';
import { removeAbandoned } from './staging.mjs';
import { ensureFolder } from './ensure-folder.mjs';

/** @typedef {(typeof import('./pins.mjs').WHEELS)[string]} Wheel */
/** @typedef {Pick<Wheel, 'requirement' | 'platform' | 'file' | 'bytes' | 'sha256'>} WheelPin */
/** @typedef {import('./steps.mjs').Asker} Asker */
/** @typedef {import('./sources.mjs').Sources} Sources */

/** Interval of progress reports during a download, in ms. */
const REPORT_EVERY = 500;

/**
 * Fills `folder` with the libraries of a verified wheel and the binding built against them.
 * @param {string} folder
 * @param {{ wheel: string, sources: Sources }} from the wheel's file, and the sources of the binding
 * @param {Asker} asker
 * @throws {Error} with the compiler's output
 */
export async function buildFromWheel(folder, { wheel, sources }, { report, signal }) {
  report({ step: 'unpacking', text: 'unpacking the TensorFlow library' });
  const unpacked = join(folder, 'wheel');
  await mkdir(unpacked);
  await extractWheel(wheel, unpacked, signal);
  for (const file of LIBRARIES) await rename(join(unpacked, 'tensorflow', file), join(folder, file));
  report({ step: 'compiling', text: 'compiling the TensorFlow binding (g++)' });
  await compileBinding(folder, folder, unpacked, sources, signal);
  await rm(unpacked, { recursive: true });
}

/**
 * Extracts only the files that we name, so nothing can be written elsewhere.
 * @param {string} wheel
 * @param {string} folder also Python's working directory, from which it imports modules
 * @param {AbortSignal} [signal]
 */
export async function extractWheel(wheel, folder, signal) {
  const script = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
wanted = [n for n in archive.namelist() if n in sys.argv[3:] or n.startswith('tensorflow/include/')]
archive.extractall(sys.argv[2], wanted)`;
  const libraries = LIBRARIES.map((file) => `tensorflow/${file}`);
  const args = ['-c', script, wheel, folder, ...libraries];
  const result = await run('python3', args, { cwd: folder, signal });
  if (result.code !== 0)
    throw new Error(`the TensorFlow wheel could not be unpacked:\n${tail(result.output)}`);
}

/**
 * Returns the wheel's file in `downloads`, fetched by pip unless it exists; verifies its sha256 either way.
 * @param {WheelPin} pin
 * @param {string} downloads
 * @param {string | undefined} given a local copy to use instead of a download
 * @param {Asker} asker
 * @returns {Promise<string>}
 * @throws {Error} if pip fails or the sha256 is not the pinned one
 */
export async function fetchWheel(pin, downloads, given, asker) {
  const kept = join(downloads, pin.file);
  if (existsSync(kept) && (await sha256Of(kept)) === pin.sha256) return kept;
  const partial = join(downloads, `partial-${process.pid}`);
  await ensureFolder(downloads, 0o755);
  await removeAbandoned(downloads, 'partial-');
  await mkdir(partial);
  try {
    if (given) await copyFile(given, join(partial, pin.file));
    else await pipDownload(pin, partial, asker);
    const got = await sha256Of(join(partial, pin.file));
    if (got !== pin.sha256)
      throw new Error(
        `${pin.file} is not the file that was expected: sha256 is ${got}, not ${pin.sha256}; it was discarded`,
      );
    asker.signal?.throwIfAborted();
    await rename(join(partial, pin.file), kept);
    return kept;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * @param {WheelPin} pin
 * @param {string} folder also Python's working directory and pip's temporary folder
 * @param {Asker} asker
 */
async function pipDownload(pin, folder, { report, signal }) {
  const text = `downloading ${pin.requirement}`;
  const total = pin.bytes;
  let told = -1;
  let isOver = false;
  const tell = (/** @type {number} */ size) => {
    const received = Math.min(size, total);
    if (isOver || received <= told) return;
    told = received;
    report({ step: 'downloading', text, received, total });
  };
  const target = ['--python-version', '3.11', '--platform', pin.platform];
  const source = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--retries', '1'];
  const pip = ['-m', 'pip', 'download', '--disable-pip-version-check', '--progress-bar', 'off'];
  tell(0);
  // pip's progress bar requires a terminal, so watch the growing file instead.
  const timer = setInterval(() => void largestFile(folder).then(tell), REPORT_EVERY);
  const env = { ...process.env, TMPDIR: folder };
  const args = [...pip, ...source, ...target, '-d', folder, pin.requirement];
  const result = await run('python3', args, { cwd: folder, env, signal }).finally(() => {
    clearInterval(timer);
    isOver = true;
  });
  if (result.code === 0 && existsSync(join(folder, pin.file))) return;
  const lost = /connection broken|establish a new connection|timed out|ProxyError/i.test(result.output);
  const errors = result.output.match(/^ERROR: .*$/gm)?.join('\n') ?? result.output;
  const reason = lost ? 'the package index was not reached' : `pip failed\n${tail(errors, 4)}`;
  throw new WheelDownloadError(`${pin.requirement} could not be downloaded: ${reason}`);
}

/**
 * Returns the size of the largest file below a folder, in bytes; files may disappear meanwhile.
 * @param {string} folder
 */
async function largestFile(folder) {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) =>
      stat(join(folder, entry)).then(
        (stats) => (stats.isFile() ? stats.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}

/** A network failure rather than ours: worth another attempt by the next command. */
export class WheelDownloadError extends Error {}

/** @param {string} file */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
