/**
 * `npm run build:native`: builds TensorFlow's binding for this machine, for packages: `dist/native/PLATFORM-ARCH` has then the binding and a manifest of
 * where the wheel's libraries lie, from which an installed extension sets TensorFlow up without Python and a compiler. Needs both itself. With `--cuda`
 * there is a manifest of TensorFlow for NVIDIA's graphics cards, too.
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createInflateRaw } from 'node:zlib';
import { BINDING, compileBinding, LIBRARIES } from './binding.mjs';
import { cacheRoot } from './locations.mjs';
import { checkedManifest, CUDA_MANIFEST, NATIVE_MANIFEST } from './native-manifest.mjs';
import { ensurePackages } from './packages.mjs';
import { CUDA, WHEELS } from './pins.mjs';
import { probeNative } from './probe.mjs';
import { copyRange } from './range-transfer.mjs';
import { get, piecesOf } from './request.mjs';
import { NEUTRAL_FOLDER, run, say, tail } from './run.mjs';
import { command, projectRoot } from './setup.mjs';
import { sourcesInPackages, prebuiltFolder } from './sources.mjs';
import { stage } from './staging.mjs';
import { COMPILER, ensurePrograms, PYTHON } from './system.mjs';
import { extractWheel, fetchWheel } from './wheel.mjs';
import { WHEEL } from './wheel-members.mjs';
import { zipEntries } from './zip-directory.mjs';

/** @typedef {import('./wheel.mjs').Wheel} Wheel */
/** @typedef {import('./wheel.mjs').WheelPin} WheelPin */

/** The newest versions of the system's libraries that a prebuilt binding may ask for, older than all systems on which VS Code itself runs. */
const NEWEST = { GLIBC: '2.28', GLIBCXX: '3.4.25', CXXABI: '1.3.11' };

/** Time without an answer from the wheel's host, in ms. */
const STALL = 30_000;

/**
 * Builds what a package for this machine brings, unless it is there already.
 * @param {Wheel} pin
 * @param {import('./sources.mjs').Sources} sources
 * @param {string} folder
 * @param {{ addressOf?: (pin: Wheel) => Promise<string>, report?: (step: import('./steps.mjs').Step) => void }} [options]
 * @returns {Promise<void>}
 * @throws {Error} with what failed
 */
export async function prebuild(pin, sources, folder, options = {}) {
  const { addressOf = wheelAddress, report = saidOnce() } = options;
  const key = await keyOf(pin, sources);
  if ((await keyOfBuilt(folder)) === key) return;
  const downloads = join(cacheRoot(), 'downloads');
  const wheel = await fetchWheel(pin, downloads, givenFor(pin), { report });
  const unpacked = await mkdtemp(join(tmpdir(), 'prebuild-'));
  try {
    const address = await addressOf(pin);
    await requireRanges(address, wheel, pin);
    await extractWheel(wheel, unpacked);
    const libraries = join(unpacked, 'tensorflow');
    await stage(folder, async (staging) => {
      await compileBinding(staging, libraries, unpacked, sources);
      await requireOldLibraries(staging);
      await tryOut(staging, libraries, unpacked);
      const inFolder = Object.fromEntries(LIBRARIES.map((name) => [`tensorflow/${name}`, name]));
      const wheels = [await remoteWheel(pin, wheel, address, (name) => inFolder[name] ?? null)];
      const parts = { tensorflow: pin.version, wheels, binding: BINDING, bindingFolder: '' };
      const manifest = checkedManifest(parts);
      await writeFile(join(staging, NATIVE_MANIFEST), JSON.stringify({ ...manifest, key }, null, 1));
    });
    await rm(wheel, { force: true });
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** @returns {(step: import('./steps.mjs').Step) => void} */
function saidOnce() {
  let last = '';
  return ({ text }) => {
    if (text !== last) say(text);
    last = text;
  };
}

/**
 * Names what is built: another wheel, other sources or another manifest give another one.
 * @param {Wheel} pin
 * @param {import('./sources.mjs').Sources} sources
 */
async function keyOf(pin, { binding, loader }) {
  const hash = createHash('sha256').update(JSON.stringify([1, pin, process.platform, process.arch]));
  for (const folder of [binding, loader])
    for (const name of (await readdir(folder)).sort())
      hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

/** @param {string} folder @param {string} [name] */
async function keyOfBuilt(folder, name = NATIVE_MANIFEST) {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '{}');
  return JSON.parse(text).key;
}

/**
 * Asks pip for the public address of a wheel: without the settings of this machine, which may name a mirror that only it can reach.
 * @param {WheelPin} pin
 * @returns {Promise<string>}
 */
export async function wheelAddress(pin) {
  const folder = await mkdtemp(join(tmpdir(), 'address-'));
  try {
    const report = join(folder, 'report.json');
    const source = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar', 'off'];
    const target = ['--python-version', '3.11', '--platform', pin.platform, '--target', folder];
    const dry = ['-m', 'pip', 'install', '--dry-run', '--ignore-installed', '--disable-pip-version-check'];
    const args = [...dry, ...source, ...target, '--report', report, pin.requirement];
    const { PIP_CERT } = process.env;
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PIP_'));
    const env = {
      ...Object.fromEntries(own),
      PIP_CONFIG_FILE: devNull,
      TMPDIR: folder,
      ...(PIP_CERT && { PIP_CERT }),
    };
    const result = await run('python3', args, { cwd: NEUTRAL_FOLDER, env });
    if (result.code !== 0) throw new Error(`pip did not find ${pin.requirement}:\n${tail(result.output)}`);
    const { install } = JSON.parse(await readFile(report, 'utf8'));
    const { url, archive_info } = install[0].download_info;
    const sha256 = archive_info.hashes?.sha256 ?? String(archive_info.hash).replace('sha256=', '');
    if (sha256 !== pin.sha256)
      throw new Error(`pip names ${url} with sha256 ${sha256}, expected ${pin.sha256}`);
    return url;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Checks that the host answers ranges, with the bytes of the wheel that is here.
 * @param {string} address
 * @param {string} wheel
 * @param {WheelPin} pin
 */
async function requireRanges(address, wheel, { bytes }) {
  const range = { offset: bytes - 100, length: 100, fileBytes: bytes };
  const url = new URL(address);
  const wire = {
    ...{ stall: STALL, signal: new AbortController().signal, env: process.env, onRedirect: () => undefined },
    allowLoopbackHttp: url.protocol === 'http:',
  };
  const response = await get(url, `bytes=${range.offset}-${bytes - 1}`, wire);
  const { statusCode } = response;
  const pieces = [];
  if (statusCode === 206) for await (const piece of piecesOf(response, wire)) pieces.push(piece);
  else response.destroy();
  const folder = await mkdtemp(join(tmpdir(), 'range-'));
  try {
    const file = join(folder, 'range');
    await copyRange(wheel, range, file, { onBytes: () => undefined, signal: wire.signal });
    if (statusCode === 206 && Buffer.concat(pieces).equals(await readFile(file))) return;
    throw new Error(`${address} does not answer with ranges of the wheel: status ${statusCode}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Checks that the binding loads on older systems than this one, where the system says what it asks for.
 * @param {string} folder
 */
async function requireOldLibraries(folder) {
  if (process.platform !== 'linux') return;
  for (const name of BINDING) {
    const { code, output } = await run('objdump', ['-T', join(folder, name)]);
    if (code !== 0) throw new Error(`objdump cannot read ${name}:\n${tail(output)}`);
    for (const [symbol, library, version] of output.matchAll(/\b(GLIBC|GLIBCXX|CXXABI)_([\d.]+)/g))
      if (
        String(version).localeCompare(NEWEST[/** @type {'GLIBC'} */ (library)], 'en', { numeric: true }) > 0
      )
        throw new Error(`${name} needs ${symbol}, newer than systems have on which it is to run`);
  }
}

/**
 * Loads the binding with the libraries, and computes.
 * @param {string} folder
 * @param {string} libraries
 * @param {string} unpacked
 */
async function tryOut(folder, libraries, unpacked) {
  const whole = join(unpacked, 'whole');
  await mkdir(whole);
  for (const name of BINDING) await copyFile(join(folder, name), join(whole, name));
  for (const name of LIBRARIES) await rename(join(libraries, name), join(whole, name));
  const answer = await probeNative(whole);
  for (const name of LIBRARIES) await rename(join(whole, name), join(libraries, name));
  if ('failure' in answer) throw new Error(`the binding that was built does not work: ${answer.failure}`);
}

/**
 * Describes the members of a wheel that `fileOf` gives a place.
 * @param {WheelPin} pin
 * @param {string} wheel
 * @param {string} address
 * @param {(name: string) => string | null} fileOf the place of a member in the folder that is set up; null for what is not needed
 * @returns {Promise<import('./native-manifest.mjs').RemoteWheel>}
 */
async function remoteWheel({ bytes, sha256 }, wheel, address, fileOf) {
  const entries = await zipEntries(wheel, (name) => fileOf(name) !== null);
  if (entries.length === 0) throw new Error(`${wheel} has none of the libraries`);
  const members = [];
  for (const entry of entries) {
    const packed = createReadStream(wheel, { start: entry.offset, end: entry.offset + entry.compressed - 1 });
    const hash = createHash('sha256');
    await pipeline(packed, entry.isDeflated ? createInflateRaw() : new PassThrough(), hash);
    const file = fileOf(entry.name) ?? '';
    members.push({ ...entry, sha256: hash.digest('hex'), file, mode: 0o644 });
  }
  return { address, bytes, sha256, members };
}

/**
 * Writes the manifest of TensorFlow for graphics cards beside the binding, which is the same as for the processor.
 * @param {(typeof CUDA)[string]} pins
 * @param {string} folder
 * @param {{ addressOf?: (pin: WheelPin) => Promise<string>, report?: (step: import('./steps.mjs').Step) => void }} [options]
 */
export async function prebuildCuda(pins, folder, { addressOf = wheelAddress, report = saidOnce() } = {}) {
  const key = createHash('sha256')
    .update(JSON.stringify([1, pins]))
    .digest('hex');
  if ((await keyOfBuilt(folder, CUDA_MANIFEST)) === key) return;
  const wheels = [];
  for (const pin of pins.wheels) {
    const wheel = await fetchWheel(pin, join(cacheRoot(), 'downloads'), givenFor(pin), { report });
    const address = await addressOf(pin);
    await requireRanges(address, wheel, pin);
    wheels.push(await remoteWheel(pin, wheel, address, cudaFile));
    await rm(wheel, { force: true });
  }
  const manifest = { tensorflow: pins.version, wheels, binding: BINDING, bindingFolder: 'tensorflow' };
  await writeFile(
    join(folder, CUDA_MANIFEST),
    JSON.stringify({ ...checkedManifest(manifest), key }, null, 1),
  );
}

/** @param {string} name @returns {string | null} where TensorFlow's libraries look for this member */
function cudaFile(name) {
  const isOfTensorflow = LIBRARIES.some((library) => name === `tensorflow/${library}`);
  return isOfTensorflow || /^nvidia\/\w+\/lib\/[\w.-]+\.so[\d.]*$/.test(name) ? name : null;
}

/** @param {WheelPin} pin @returns {string | undefined} the wheel that the variable names, or that lies in the folder that it names */
function givenFor({ file }) {
  const given = process.env[WHEEL];
  if (!given) return undefined;
  return statSync(given).isDirectory() ? join(given, file) : given;
}

/**
 * Builds what a package for this machine brings.
 * @param {{ withCuda: boolean }} options whether its list of files for graphics cards is made, too, which takes a download of 3 GB
 * @returns {Promise<string | null>} the folder; null where TensorFlow is not offered
 * @throws {Error} with what is missing or failed
 */
export async function prebuildHere({ withCuda }) {
  const target = `${process.platform}-${process.arch}`;
  const pin = WHEELS[target];
  if (!pin) return null;
  const missing = await ensurePrograms([PYTHON, COMPILER]);
  if (missing) throw new Error(missing);
  await ensurePackages(projectRoot);
  const folder = prebuiltFolder(projectRoot);
  await prebuild(pin, sourcesInPackages(join(projectRoot, 'node_modules')), folder);
  const cuda = CUDA[target];
  if (withCuda && cuda) await prebuildCuda(cuda, folder);
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await command(async () => {
    const folder = await prebuildHere({ withCuda: process.argv.includes('--cuda') });
    say(folder === null ? 'TensorFlow is not offered here: nothing to build' : `built: ${folder}`);
    return 0;
  });
