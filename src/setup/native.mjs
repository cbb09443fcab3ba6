/** Installs TensorFlow's native library for this machine, once, into the user's cache. Without it, ONNX Runtime trains. */
import { readFileSync } from 'node:fs';
import { copyFile, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot, isWhole, MANIFEST, nativeCandidates, nativeFolder } from './locations.mjs';
import { withLock } from './lock.mjs';
import { readNativeManifest } from './native-manifest.mjs';
import { WHEELS } from './pins.mjs';
import { probeNative } from './probe.mjs';
import { stage } from './staging.mjs';
import { megabytes } from './steps.mjs';
import { COMPILER, ensurePrograms, PYTHON } from './system.mjs';
import { installFromUpstream, isUpstreamReachable } from './upstream.mjs';
import { buildFromWheel, WheelDownloadError, fetchWheel } from './wheel.mjs';
import { installMembers, WHEEL } from './wheel-members.mjs';
import { ensureFolder } from './ensure-folder.mjs';

/** Delay before a failed build is retried, in ms: it would be slow and fail again. */
const RETRY_AFTER = 3_600_000;

/** Disk space for the wheel, its unpacked files and the compiler's temporary files, in bytes. */
const ROOM = 1.5e9;

const target = `${process.platform}-${process.arch}`;

/**
 * @typedef {object} Installation
 * @property {import('./sources.mjs').Sources} sources what the binding is built from
 * @property {boolean} mayInstallPrograms whether missing programs may be installed where possible: with apt, as root
 * @property {boolean} asked whether the user asked for it: then an earlier failure is ignored, and an existing library is tested
 */
/** @typedef {Installation & import('./steps.mjs').Asker} Request */
/** @typedef {{ tensorflow: string, folder: string, wasThere: boolean }} Ready */

/**
 * Installs the native TensorFlow if it is available. If not, the reason is a result and not an error: without the library the
 * product trains on ONNX Runtime.
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>} or why there is none and what to do about it
 * @throws the abort reason of `signal`; nothing is left behind
 */
export async function ensureNative(request) {
  try {
    const there = presentNative();
    if (!there) return await install(request);
    return request.asked ? await tryOut(there, request) : there;
  } catch (error) {
    request.signal?.throwIfAborted();
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns {Ready | null} */
function presentNative() {
  const folder = nativeFolder();
  if (folder === null || !isWhole(folder)) return null;
  const { tensorflow } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  return { tensorflow: String(tensorflow), folder, wasThere: true };
}

/**
 * Tests an installed library.
 * @param {Ready} there
 * @param {import('./steps.mjs').Asker} asker
 * @returns {Promise<Ready | { reason: string }>}
 */
async function tryOut(there, { report, signal }) {
  report({ step: 'probing', text: 'trying TensorFlow out' });
  const answer = await probeNative(there.folder, process.execPath, signal);
  // An earlier failure that trainings keep is out of date.
  if ('version' in answer) await rm(join(there.folder, 'probed.json'), { force: true });
  return 'version' in answer
    ? there
    : { reason: `${answer.failure}; delete ${there.folder} to install it again` };
}

/**
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>}
 */
async function install(request) {
  const { report, signal, asked } = request;
  if (process.env.LATENT_EXPLORER_NO_NATIVE)
    return { reason: 'switched off by the variable LATENT_EXPLORER_NO_NATIVE' };
  const unsupported = whyUnsupported();
  if (unsupported) return { reason: unsupported };
  const parent = join(cacheRoot(), 'tensorflow');
  const failures = join(parent, `${target}.failed.json`);
  const alone = async () => {
    const there = presentNative();
    if (there) return there;
    const prebuilt = await prebuiltFor(request);
    const missing = prebuilt ? null : await missingPrograms(request);
    const earlier = asked ? null : await recentFailure(failures, missing);
    if (earlier)
      return { reason: `${earlier} (tried less than an hour ago; delete ${failures} to try again at once)` };
    signal?.throwIfAborted();
    try {
      const installed = await attempt(request, prebuilt, missing);
      await rm(failures, { force: true });
      return installed;
    } catch (error) {
      signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof WheelDownloadError))
        await writeFile(failures, JSON.stringify({ at: Date.now(), missing, reason }));
      return { reason };
    }
  };
  const onWait = (/** @type {string} */ text) => report({ step: 'waiting', text });
  return withLock(join(parent, `${target}.lock`), alone, { onWait, signal });
}

function whyUnsupported() {
  const wheel = WHEELS[target];
  if (!wheel) return `it is not offered for ${target}`;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (
    process.report?.getReport() ?? {}
  );
  if (process.platform !== 'linux') return null;
  const glibc = report.header?.glibcVersionRuntime;
  if (!glibc) return 'it needs glibc, and this system has another C library';
  if (glibc.localeCompare(wheel.glibc, 'en', { numeric: true }) < 0)
    return `it needs glibc ${wheel.glibc} or newer, and this system has ${glibc}`;
  return null;
}

/**
 * Returns what a package brings to set up without Python and a compiler; null if there is none that belongs to the pinned wheel.
 * @param {Request} request
 */
async function prebuiltFor({ sources }) {
  const manifest = await readNativeManifest(sources.prebuilt);
  const pin = WHEELS[target];
  return manifest !== null && pin && manifest.wheels[0]?.sha256 === pin.sha256 ? manifest : null;
}

/** @param {Request} request */
function missingPrograms({ report, mayInstallPrograms }) {
  report({ step: 'checking', text: 'looking for python3 with pip and g++' });
  return ensurePrograms([PYTHON, COMPILER], mayInstallPrograms);
}

/**
 * Fetches the members of the wheel that a package's manifest names, or else builds from the whole wheel: pip may know a mirror, and what is compiled
 * here fits this system.
 * @param {Request} request
 * @param {import('./native-manifest.mjs').NativeManifest | null} prebuilt
 * @param {string | null} missing programs that building needs, if there is no manifest
 * @returns {Promise<Ready>}
 */
async function attempt(request, prebuilt, missing) {
  if (prebuilt === null) return build(request, missing);
  const { report, signal } = request;
  try {
    return await installPrebuilt(request, prebuilt);
  } catch (error) {
    signal?.throwIfAborted();
    const { message } = /** @type {Error} */ (error);
    // Whoever has no room, or names a file that is not the wheel, is not helped by another way.
    if (!(error instanceof WheelDownloadError || error instanceof UnfitError)) throw error;
    const lacking = await missingPrograms({ ...request, mayInstallPrograms: false });
    if (lacking) throw error;
    report({ step: 'checking', text: `trying pip and g++ instead: ${message}` });
    return await build(request, null).catch((/** @type {unknown} */ second) => {
      signal?.throwIfAborted();
      const also = `${message}\nWith pip and g++ instead: ${/** @type {Error} */ (second).message}`;
      throw second instanceof WheelDownloadError ? new WheelDownloadError(also) : new Error(also);
    });
  }
}

/** The prebuilt binding and the library do not work on this system, or not together. */
class UnfitError extends Error {}

/**
 * @param {Request} request
 * @param {import('./native-manifest.mjs').NativeManifest} manifest
 * @returns {Promise<Ready>}
 */
async function installPrebuilt(request, manifest) {
  const [candidate] = nativeCandidates();
  const { prebuilt } = request.sources;
  if (!candidate || prebuilt === null) throw new Error(`it is not offered for ${target}`);
  const { folder } = candidate;
  const downloads = join(cacheRoot(), 'downloads');
  let removeDownloads = () => Promise.resolve();
  const tensorflow = await stage(folder, async (staging) => {
    removeDownloads = await installMembers(manifest, { folder: staging, downloads }, request);
    for (const name of manifest.binding)
      await copyFile(join(prebuilt, name), join(staging, manifest.bindingFolder, name));
    return finish(staging, request).catch((/** @type {unknown} */ error) => {
      request.signal?.throwIfAborted();
      throw new UnfitError(/** @type {Error} */ (error).message);
    });
  });
  await removeDownloads();
  return { tensorflow, folder, wasThere: false };
}

/**
 * Builds from the wheel, or else with tfjs-node's own installer: the wheel's contents are pinned by sha256, its TensorFlow is newer, and its
 * index is reachable from more networks.
 * @param {Request} request
 * @param {string | null} missing programs that the wheel needs
 * @returns {Promise<Ready>}
 */
async function build(request, missing) {
  const { report, signal } = request;
  const { packages } = request.sources;
  const [fromWheel, fromUpstream] = nativeCandidates();
  const free = await freeBytes(join(cacheRoot(), 'tensorflow'));
  if (free < ROOM)
    throw new Error(`${cacheRoot()} has ${megabytes(free)} MB free and ${megabytes(ROOM)} are needed`);
  try {
    if (missing) throw new Error(missing);
    const pin = WHEELS[target];
    if (!pin || !fromWheel) throw new Error(`it is not offered for ${target}`);
    return await installFromWheel(request, pin, fromWheel.folder);
  } catch (error) {
    signal?.throwIfAborted();
    if (!packages || !fromUpstream || !(await isUpstreamReachable(packages))) throw error;
    const text = `the TensorFlow wheel cannot be used: ${/** @type {Error} */ (error).message}`;
    report({ step: 'checking', text });
    const { folder } = fromUpstream;
    const tensorflow = await stage(folder, async (staging) => {
      await installFromUpstream(staging, packages, request);
      return finish(staging, request);
    });
    return { tensorflow, folder, wasThere: false };
  }
}

/**
 * @param {Request} request
 * @param {import('./wheel.mjs').Wheel} pin
 * @param {string} folder
 * @returns {Promise<Ready>}
 */
async function installFromWheel(request, pin, folder) {
  const downloads = join(cacheRoot(), 'downloads');
  const wheel = await fetchWheel(pin, downloads, process.env[WHEEL], request);
  let isKept = false;
  try {
    const tensorflow = await stage(folder, async (staging) => {
      await buildFromWheel(staging, { wheel, sources: request.sources }, request);
      return finish(staging, request);
    });
    return { tensorflow, folder, wasThere: false };
  } catch (error) {
    // The wheel is complete and verified, so the next attempt need not download it again.
    isKept = !request.signal?.aborted;
    throw error;
  } finally {
    if (!isKept) await rm(wheel, { force: true });
  }
}

/**
 * Tests the library and writes the manifest that marks the folder as complete.
 * @param {string} folder
 * @param {import('./steps.mjs').Asker} asker
 * @returns {Promise<string>} the version that TensorFlow reports
 */
async function finish(folder, { report, signal }) {
  report({ step: 'probing', text: 'trying TensorFlow out' });
  const answer = await probeNative(folder, process.execPath, signal);
  if ('failure' in answer) throw new Error(answer.failure);
  /** @type {Record<string, number>} */
  const files = {};
  for (const name of await readdir(folder)) files[name] = (await stat(join(folder, name))).size;
  const manifest = { tensorflow: answer.version, files };
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, null, 2));
  signal?.throwIfAborted();
  return answer.version;
}

/**
 * Returns the reason of a recent failure. It counts only while the same programs are missing: installing one justifies another
 * attempt.
 * @param {string} file
 * @param {string | null} missing
 * @returns {Promise<string | null>}
 */
async function recentFailure(file, missing) {
  try {
    const earlier = JSON.parse(await readFile(file, 'utf8'));
    const age = Date.now() - earlier.at;
    return age >= 0 && age < RETRY_AFTER && earlier.missing === missing ? String(earlier.reason) : null;
  } catch {
    return null;
  }
}

/** @param {string} folder */
async function freeBytes(folder) {
  await ensureFolder(dirname(folder), 0o755);
  const { bavail, bsize } = await statfs(dirname(folder));
  return bavail * bsize;
}
