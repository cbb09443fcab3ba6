/**
 * Where things live outside the project: a cache (may be deleted at any time, comes back by set-up) and a state folder.
 * Only Node's own modules, so that it runs before anything is installed; nothing here touches more than it is asked about.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { TFJS_NODE, UPSTREAM, WHEELS } from './pins.mjs';

const PRODUCT = 'latent-explorer';

/** Name of the file that lists what a finished native folder holds; it is written last. */
export const MANIFEST = 'installed.json';

/**
 * @typedef {object} Machine
 * @property {NodeJS.ProcessEnv} env
 * @property {string} platform as in process.platform
 * @property {string} arch as in process.arch
 * @property {string} home
 */

/** @returns {Machine} */
export function thisMachine() {
  return { env: process.env, platform: process.platform, arch: process.arch, home: homedir() };
}

/**
 * The product's cache folder: `$XDG_CACHE_HOME/latent-explorer`, else the platform's place for caches.
 * @param {Machine} [machine]
 */
export function cacheRoot(machine = thisMachine()) {
  return root(machine, 'XDG_CACHE_HOME', '.cache', 'Caches', []);
}

/**
 * The product's private folder for what must outlive a cache: endpoints, the editor's profile.
 * @param {Machine} [machine]
 */
export function stateRoot(machine = thisMachine()) {
  return root(machine, 'XDG_STATE_HOME', '.local/state', 'Application Support', ['state']);
}

/**
 * @param {Machine} machine
 * @param {string} variable
 * @param {string} underHome
 * @param {string} underLibrary
 * @param {string[]} windowsTail
 */
function root({ env, platform, home }, variable, underHome, underLibrary, windowsTail) {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const given = env[variable];
  // The XDG specification: a relative path is to be ignored.
  if (given && isAbsolute(given)) return join(given, PRODUCT);
  if (platform === 'win32')
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), PRODUCT, ...windowsTail);
  if (platform === 'darwin') return join(home, 'Library', underLibrary, PRODUCT);
  return join(home, underHome, PRODUCT);
}

/**
 * Every folder that may hold the native TensorFlow for this machine, best first; empty where none is supported.
 * @param {Machine} [machine]
 * @returns {{ folder: string, tensorflow: string }[]}
 */
export function nativeCandidates(machine = thisMachine()) {
  const { join } = machine.platform === 'win32' ? win32 : posix;
  const target = `${machine.platform}-${machine.arch}`;
  const wheel = WHEELS[target];
  const candidates = [];
  if (wheel) candidates.push({ tensorflow: wheel.version, tail: wheel.sha256.slice(0, 8) });
  if (UPSTREAM.platforms.includes(target))
    candidates.push({ tensorflow: UPSTREAM.version, tail: 'upstream' });
  return candidates.map(({ tensorflow, tail }) => ({
    tensorflow,
    folder: join(cacheRoot(machine), 'tensorflow', `tfjs-${TFJS_NODE}-${tensorflow}-${target}-${tail}`),
  }));
}

/**
 * The folder with `tfjs_binding.node` and the libraries beside it: the one that is installed, else the one that set-up
 * would make first, else null where this platform has none.
 * @param {Machine} [machine]
 * @returns {string | null}
 */
export function nativeFolder(machine = thisMachine()) {
  const candidates = nativeCandidates(machine);
  return (candidates.find(({ folder }) => isWhole(folder)) ?? candidates[0])?.folder ?? null;
}

/**
 * Whether the native TensorFlow is there in full. It says nothing about whether it loads: see probe.mjs.
 * @param {Machine} [machine]
 */
export function isNativePresent(machine = thisMachine()) {
  const folder = nativeFolder(machine);
  return folder !== null && isWhole(folder);
}

/**
 * A folder is whole when its manifest, which is written last, is there and each file has the size it names.
 * @param {string} folder
 */
export function isWhole(folder) {
  try {
    const { files } = JSON.parse(readFileSync(`${folder}/${MANIFEST}`, 'utf8'));
    return Object.entries(files).every(([name, size]) => statSync(`${folder}/${name}`).size === size);
  } catch {
    return false;
  }
}
