/**
 * Installs the members of wheels that a manifest names, by Node alone: only their bytes are fetched, go on where an earlier set-up was interrupted, and
 * are verified before they count.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInflateRaw } from 'node:zlib';
import { ensureFolder } from './ensure-folder.mjs';
import { proxyFor, proxyName } from './proxy.mjs';
import { copyRange, fetchRange, writeAll } from './range-transfer.mjs';
import { TransferError } from './request.mjs';
import { megabytes } from './steps.mjs';
import { WheelDownloadError } from './wheel.mjs';

/** @typedef {import('./native-manifest.mjs').Member} Member */
/** @typedef {import('./native-manifest.mjs').RemoteWheel} RemoteWheel */
/** @typedef {import('./native-manifest.mjs').NativeManifest} NativeManifest */

/** Environment variable with the path of a wheel, or of a folder with wheels, that is used instead of a download. */
export const WHEEL = 'LATENT_EXPLORER_WHEEL';

/** Time without an answer, or without a kB of the body, after which a server is abandoned, in ms. */
const STALL = 30_000;
/** Time before a broken connection is tried again, in ms. */
const PATIENCE = 2_000;
/** Interval of progress reports, in ms. */
const REPORT_EVERY = 500;
/** Age after which what was downloaded for another version, and never used, is removed, in ms. */
const FORGOTTEN = 30 * 24 * 3600_000;
/** Disk space beyond the files themselves, in bytes. */
const MARGIN = 64e6;

/**
 * @typedef {object} Place
 * @property {string} folder that is filled
 * @property {string} downloads where bytes lie that have arrived
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [stall]
 * @property {number} [patience]
 */

/**
 * Returns the hosts and sizes of a manifest, for people.
 * @param {NativeManifest} manifest
 */
export function manifestSizes({ wheels }) {
  const members = wheels.flatMap((wheel) => wheel.members);
  return {
    hosts: [...new Set(wheels.map(({ address }) => new URL(address).host))],
    download: members.reduce((sum, { compressed }) => sum + compressed, 0),
    unpacked: members.reduce((sum, { size }) => sum + size, 0),
  };
}

/**
 * Fills `folder` with the members that a manifest names.
 * @param {NativeManifest} manifest
 * @param {Place} place
 * @param {import('./steps.mjs').Asker} asker
 * @returns {Promise<() => Promise<void>>} removes what was downloaded, once the folder is in its place
 * @throws {WheelDownloadError} that says what was tried and what to do; what has arrived is kept. Error if the disk has no room
 */
export async function installMembers(manifest, place, asker) {
  const parts = manifest.wheels.flatMap((wheel) =>
    wheel.members.map((member) => ({
      ...{ wheel, member },
      path: join(place.downloads, `${member.sha256.slice(0, 16)}.part`),
    })),
  );
  await ensureFolder(place.downloads, 0o755);
  await removeForgotten(place.downloads, parts);
  await requireRoom(manifest, place, await sizesOf(parts));
  /** @type {Set<Part>} */
  let wrong = new Set(parts);
  const fromBefore = await download(manifest, parts, place, asker);
  for (const isLast of [false, true]) {
    wrong = await unpack(wrong, place.folder, asker);
    if (wrong.size === 0) break;
    const [first] = wrong;
    // Bytes of an earlier set-up may have been damaged on the disk, or come from elsewhere.
    const isBlameless = [...wrong].every((part) => fromBefore.has(part));
    if (first && (isLast || !isBlameless)) throw wrongError(first, (place.env ?? process.env)[WHEEL]);
    await download(manifest, parts, place, asker);
  }
  return async () => {
    for (const { path } of parts) await rm(path, { force: true });
  };
}

/** @typedef {{ wheel: RemoteWheel, member: Member, path: string }} Part */

/**
 * @param {string} downloads
 * @param {readonly Part[]} parts that are wanted, however old
 */
async function removeForgotten(downloads, parts) {
  const names = (await readdir(downloads)).filter((name) => /^[0-9a-f]{16}\.part$/.test(name));
  for (const path of names.map((name) => join(downloads, name))) {
    if (parts.some((part) => part.path === path)) continue;
    const stats = await stat(path).catch(() => null);
    if (stats && Date.now() - stats.mtimeMs > FORGOTTEN) await rm(path, { force: true });
  }
}

/** @param {Part} part @param {string | undefined} given */
function wrongError({ wheel, member }, given) {
  const what = `other bytes than those of ${member.name} in ${fileOf(wheel)} (its sha256 does not fit)`;
  return given
    ? new Error(`${given} (named by ${WHEEL}) has ${what}`)
    : new WheelDownloadError(`${new URL(wheel.address).host} sent ${what}; they were discarded`);
}

/** @param {RemoteWheel} wheel */
function fileOf({ address }) {
  return basename(decodeURIComponent(new URL(address).pathname));
}

/** @param {readonly Part[]} parts @returns {Promise<number>} bytes that have arrived already */
async function sizesOf(parts) {
  const sizes = await Promise.all(
    parts.map(({ path }) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * @param {NativeManifest} manifest
 * @param {Place} place
 * @param {number} arrived
 */
async function requireRoom(manifest, { downloads, folder }, arrived) {
  const { download: compressed, unpacked } = manifestSizes(manifest);
  const needed = Math.max(0, compressed - arrived) + unpacked + MARGIN;
  const { bavail, bsize } = await statfs(dirname(folder));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new Error(
    `${dirname(downloads)} has ${megabytes(free)} MB free and ${megabytes(needed)} are needed; make room, or let XDG_CACHE_HOME name another folder`,
  );
}

/**
 * Fetches what is missing of all parts.
 * @param {NativeManifest} manifest
 * @param {readonly Part[]} parts
 * @param {Place} place
 * @param {import('./steps.mjs').Asker} asker
 * @returns {Promise<Set<Part>>} those that have bytes from before
 */
async function download(manifest, parts, place, { report, signal = new AbortController().signal }) {
  const { env = process.env, stall = STALL, patience = PATIENCE } = place;
  const { hosts, download: total } = manifestSizes(manifest);
  const given = env[WHEEL];
  const from = given || hosts.join(', ');
  const text = `downloading TensorFlow ${manifest.tensorflow} from ${from}`;
  const fromBefore = new Set();
  let [done, told] = [0, -Infinity];
  const tell = (/** @type {number} */ received, isForced = false) => {
    const now = performance.now();
    if (!isForced && now - told < REPORT_EVERY) return;
    told = now;
    report({ step: 'downloading', text, from, received, total });
  };
  tell(given ? 0 : await sizesOf(parts), true);
  for (const part of parts) {
    const { wheel, member, path } = part;
    const range = { offset: member.offset, length: member.compressed, fileBytes: wheel.bytes };
    const onBytes = (/** @type {number} */ received) => tell(done + received);
    const url = new URL(wheel.address);
    const wire = {
      stall,
      signal,
      env,
      allowLoopbackHttp: url.protocol === 'http:',
      onRedirect: () => undefined,
    };
    try {
      if (given) await copyRange(await givenWheel(given, wheel), range, path, { onBytes, signal });
      else if (await fetchRange(url, range, path, { wire, patience, onBytes })) fromBefore.add(part);
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error, wheel, { env, arrived: await sizesOf(parts), total, given });
    }
    done += member.compressed;
  }
  tell(done, true);
  return fromBefore;
}

/**
 * @param {string} given a wheel, or a folder with wheels
 * @param {RemoteWheel} wheel
 * @throws {TransferError} if it is not the wheel of the manifest
 */
async function givenWheel(given, wheel) {
  const isFolder = (await stat(given)).isDirectory();
  const file = isFolder ? join(given, fileOf(wheel)) : given;
  const { size } = await stat(file);
  if (size !== wheel.bytes)
    throw new TransferError(`is not the wheel: it has ${size} bytes, expected ${wheel.bytes}`, false);
  return file;
}

/**
 * Returns an error for people: what was tried, and what they can do.
 * @param {unknown} error
 * @param {RemoteWheel} wheel
 * @param {{ env: NodeJS.ProcessEnv, arrived: number, total: number, given: string | undefined }} circumstances
 */
function explained(error, wheel, { env, arrived, total, given }) {
  const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (given) return new Error(`${given} (named by ${WHEEL}) ${message}`);
  if (!(error instanceof TransferError)) {
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    return isFull
      ? new Error(`the disk is full (${message}); make room and set up again: what has arrived is kept`)
      : error;
  }
  const url = new URL(wheel.address);
  return new WheelDownloadError(
    [
      `TensorFlow could not be downloaded: ${url.host} ${message}.`,
      ...remedies(url, message, env),
      `${megabytes(arrived)} of ${megabytes(total)} MB have arrived and are kept: the next set-up goes on from there.`,
      `Where there is no way to that host, get ${wheel.address} elsewhere, and let the variable ${WHEEL} name the file, or the folder of several.`,
    ].join('\n'),
  );
}

/** @param {URL} url @param {string} message @param {NodeJS.ProcessEnv} env */
function remedies(url, message, env) {
  if (/certificate/i.test(message))
    return [
      'If a proxy signs connections itself, let the variable NODE_EXTRA_CA_CERTS name a file with its certificate.',
    ];
  if (!/was not reached|sent nothing/.test(message)) return [];
  const proxy = proxyOf(url, env);
  return proxy === null
    ? [
        'No proxy is set for it. Behind one, name it in the variable HTTPS_PROXY, or in the setting http.proxy of VS Code.',
      ]
    : [
        `The proxy is ${proxyName(proxy)}, by the variable HTTPS_PROXY or the setting http.proxy of VS Code; NO_PROXY lists hosts that are reached without it.`,
      ];
}

/** @param {URL} url @param {NodeJS.ProcessEnv} env */
function proxyOf(url, env) {
  try {
    return proxyFor(url, env);
  } catch {
    return null;
  }
}

/**
 * Unpacks and verifies parts; removes those that are wrong.
 * @param {Iterable<Part>} parts
 * @param {string} folder
 * @param {import('./steps.mjs').Asker} asker
 * @returns {Promise<Set<Part>>} those that were wrong
 */
async function unpack(parts, folder, { report, signal }) {
  report({ step: 'unpacking', text: 'unpacking the TensorFlow library' });
  const wrong = new Set();
  for (const part of parts) {
    const target = join(folder, ...part.member.file.split('/'));
    await ensureFolder(dirname(target), 0o755);
    if (await unpackMember(part, target, signal)) continue;
    await rm(part.path, { force: true });
    wrong.add(part);
  }
  return wrong;
}

/**
 * @param {Part} part
 * @param {string} target
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether it is the member
 */
async function unpackMember({ member, path }, target, signal) {
  const hash = createHash('sha256');
  const file = await open(target, 'w', member.mode);
  const packed = createReadStream(path, { highWaterMark: 1 << 20 });
  const unpacked = member.isDeflated ? packed.pipe(createInflateRaw({ chunkSize: 1 << 20 })) : packed;
  // A pipe does not pass errors on.
  if (unpacked !== packed) packed.once('error', (error) => unpacked.destroy(error));
  let size = 0;
  try {
    for await (const piece of unpacked) {
      signal?.throwIfAborted();
      size += piece.length;
      // What claims to be small may unpack to anything.
      if (size > member.size) return false;
      hash.update(piece);
      await writeAll(file, piece);
    }
  } catch (error) {
    // Broken bytes: Z_DATA_ERROR, Z_BUF_ERROR for an early end.
    if (/^Z_/.test(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return false;
    throw error;
  } finally {
    packed.destroy();
    await file.close();
  }
  return size === member.size && hash.digest('hex') === member.sha256;
}
