/**
 * The manifest that a package brings: which members of which wheels make the native TensorFlow, and where they lie. With it set-up needs neither
 * Python nor a compiler. Written by prebuild.mjs; nothing in the sources names a host.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the manifests in the folder of the prebuilt binding: for the processor, and for graphics cards. */
export const NATIVE_MANIFEST = 'manifest.json';
export const CUDA_MANIFEST = 'cuda.json';

/**
 * @typedef {object} Member
 * @property {string} name path in the wheel
 * @property {number} offset of its bytes in the wheel
 * @property {number} compressed number of these bytes
 * @property {boolean} isDeflated whether they are compressed at all
 * @property {number} size in bytes, unpacked
 * @property {string} sha256 of the unpacked file
 * @property {string} file path in the folder that is set up, with `/` between folders
 * @property {number} mode rights of the file
 */

/**
 * @typedef {object} RemoteWheel
 * @property {string} address https, or http on this machine
 * @property {number} bytes of the whole wheel
 * @property {string} sha256 of the whole wheel, by which the pins name it
 * @property {readonly Member[]} members
 */

/**
 * @typedef {object} NativeManifest
 * @property {string} tensorflow version
 * @property {readonly RemoteWheel[]} wheels
 * @property {readonly string[]} binding files beside the manifest that are copied to where `bindingFolder` says
 * @property {string} bindingFolder in the folder that is set up; '' for that folder itself
 */

/** Largest file that is unpacked, and largest sum of all, in bytes: what a manifest says is written to a person's disk. */
const MAX_FILE = 4e9;
const MAX_TOTAL = 12e9;
/** No deflated bytes give more than this many times their number (RFC 1951: a pair of 2 bits for 258 bytes). */
const MAX_RATIO = 1032;
const MAX_NAMES = 1000;
const RELATIVE = /^(?:[\w+-][\w.+-]*\/)*[\w+-][\w.+-]*$/;

/**
 * Reads the manifest of a folder.
 * @param {string | null} folder
 * @param {string} [name]
 * @returns {Promise<NativeManifest | null>} null if there is none
 * @throws {Error} with what is wrong with it
 */
export async function readNativeManifest(folder, name = NATIVE_MANIFEST) {
  if (folder === null) return null;
  const file = join(folder, name);
  const text = await readFile(file, 'utf8').catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return checkedManifest(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} cannot be used: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * @param {unknown} value
 * @returns {NativeManifest}
 * @throws {Error} with what was got and what was expected
 */
export function checkedManifest(value) {
  const { tensorflow, wheels, binding, bindingFolder } = objectIn(value, 'the manifest');
  const manifest = {
    tensorflow: textIn(tensorflow, 'tensorflow', /^[\w.+-]{1,40}$/),
    wheels: listIn(wheels, 'wheels').map(wheelIn),
    binding: listIn(binding, 'binding').map((name) => textIn(name, 'binding', /^[\w-][\w.-]{0,99}$/)),
    bindingFolder: textIn(bindingFolder, 'bindingFolder', /^(?:[\w-][\w.-]*)?$/),
  };
  const members = manifest.wheels.flatMap((wheel) => wheel.members);
  const files = members.map(({ file }) => file);
  if (new Set(files).size < files.length) throw new Error('two members have the same file');
  const total = members.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_TOTAL) throw new Error(`its files have ${total} bytes, expected at most ${MAX_TOTAL}`);
  return manifest;
}

/**
 * @param {unknown} value
 * @returns {RemoteWheel}
 */
function wheelIn(value) {
  const { address, bytes, sha256, members } = objectIn(value, 'wheels');
  const url = URL.canParse(String(address)) ? new URL(String(address)) : null;
  const isLocal = url?.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url === null || (url.protocol !== 'https:' && !isLocal))
    throw new Error(`address: got ${JSON.stringify(address)}, expected an address with https`);
  const size = wholeIn(bytes, 'bytes', Number.MAX_SAFE_INTEGER);
  return {
    address: url.href,
    bytes: size,
    sha256: sha256In(sha256),
    members: listIn(members, 'members').map((member) => memberIn(member, size)),
  };
}

/**
 * @param {unknown} value
 * @param {number} wheelBytes
 * @returns {Member}
 */
function memberIn(value, wheelBytes) {
  const { name, offset, compressed, isDeflated, size, sha256, file, mode } = objectIn(value, 'members');
  const member = {
    name: textIn(name, 'name', RELATIVE),
    offset: wholeIn(offset, 'offset', wheelBytes),
    compressed: wholeIn(compressed, 'compressed', wheelBytes),
    isDeflated: isDeflated === true,
    size: wholeIn(size, 'size', MAX_FILE),
    sha256: sha256In(sha256),
    file: textIn(file, 'file', RELATIVE),
    mode: wholeIn(mode, 'mode', 0o755),
  };
  if (member.offset + member.compressed > wheelBytes)
    throw new Error(`${member.name} ends behind the wheel's ${wheelBytes} bytes`);
  const most = member.isDeflated ? member.compressed * MAX_RATIO : member.compressed;
  if (member.size > most)
    throw new Error(
      `${member.name}: got a size of ${member.size}, which ${member.compressed} bytes cannot give`,
    );
  return member;
}

/** @param {unknown} value @param {string} what @returns {Record<string, unknown>} */
function objectIn(value, what) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return /** @type {Record<string, unknown>} */ (value);
  throw new Error(`${what}: got ${JSON.stringify(value)?.slice(0, 100)}, expected an object`);
}

/** @param {unknown} value @param {string} what @returns {unknown[]} */
function listIn(value, what) {
  if (Array.isArray(value) && value.length <= MAX_NAMES) return value;
  throw new Error(`${what}: expected a list of at most ${MAX_NAMES}`);
}

/** @param {unknown} value @param {string} what @param {RegExp} pattern */
function textIn(value, what, pattern) {
  if (typeof value === 'string' && value.length <= 300 && pattern.test(value)) return value;
  throw new Error(`${what}: got ${JSON.stringify(value)?.slice(0, 100)}, expected ${pattern}`);
}

/** @param {unknown} value */
const sha256In = (value) => textIn(value, 'sha256', /^[0-9a-f]{64}$/);

/** @param {unknown} value @param {string} what @param {number} most */
function wholeIn(value, what, most) {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new Error(
    `${what}: got ${JSON.stringify(value)?.slice(0, 40)}, expected a whole number of at most ${most}`,
  );
}
