/**
 * Locations outside the project: a cache (may be deleted at any time; setup restores it) and a state folder. Uses only Node's
 * own modules, so that it runs before anything is installed, and only reads.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { CUDA, JAX, TFJS_NODE, UPSTREAM, WHEELS } from './pins.mjs';

const PRODUCT = 'latent-explorer';

/** Name of the manifest that lists the files of a complete native folder; it is written last. */
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
 * Returns the product's cache folder: `$XDG_CACHE_HOME/latent-explorer`, or else the platform's location for caches.
 * @param {Machine} [machine]
 */
export function cacheRoot(machine = thisMachine()) {
  return root(machine, 'XDG_CACHE_HOME', '.cache', 'Caches', []);
}

/**
 * Returns the product's private folder for data that must outlive a cache: endpoints, the editor's profile.
 * @param {Machine} [machine]
 */
export function stateRoot(machine = thisMachine()) {
  return root(machine, 'XDG_STATE_HOME', '.local/state', 'Application Support', ['state']);
}

/**
 * Returns the product's private folder for what a person has set up: `$XDG_CONFIG_HOME/latent-explorer`, or else the platform's location.
 * @param {Machine} [machine]
 */
export function configRoot(machine = thisMachine()) {
  return root(machine, 'XDG_CONFIG_HOME', '.config', 'Application Support', ['config']);
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
  // The XDG specification requires relative paths to be ignored.
  if (given && isAbsolute(given)) return join(given, PRODUCT);
  if (platform === 'win32')
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), PRODUCT, ...windowsTail);
  if (platform === 'darwin') return join(home, 'Library', underLibrary, PRODUCT);
  return join(home, underHome, PRODUCT);
}

/**
 * Returns every folder that may contain the native TensorFlow for this machine, best first; empty if none is supported.
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
 * Returns the folder with `tfjs_binding.node` and its libraries: the installed one, else the one that setup would create first,
 * else null if this platform has none.
 * @param {Machine} [machine]
 * @returns {string | null}
 */
export function nativeFolder(machine = thisMachine()) {
  const candidates = nativeCandidates(machine);
  return (candidates.find(({ folder }) => isWhole(folder)) ?? candidates[0])?.folder ?? null;
}

/**
 * Returns whether the native TensorFlow is completely installed. Whether it loads is checked by probe.mjs.
 * @param {Machine} [machine]
 */
export function isNativePresent(machine = thisMachine()) {
  const folder = nativeFolder(machine);
  return folder !== null && isWhole(folder);
}

/**
 * Returns the folder that set-up fills with TensorFlow for graphics cards, beside that for the processor; null if this platform has none. The binding
 * and TensorFlow's libraries are in `cudaNativeFolder`, NVIDIA's in `nvidia/` of this one.
 * @param {Machine} [machine]
 * @returns {string | null}
 */
export function cudaFolder(machine = thisMachine()) {
  const { join } = machine.platform === 'win32' ? win32 : posix;
  const target = `${machine.platform}-${machine.arch}`;
  const cuda = CUDA[target];
  if (!cuda) return null;
  const key = createHash('sha256')
    .update(cuda.wheels.map(({ sha256 }) => sha256).join())
    .digest('hex');
  const name = `cuda-tfjs-${TFJS_NODE}-${cuda.version}-${target}-${key.slice(0, 8)}`;
  return join(cacheRoot(machine), 'tensorflow', name);
}

/**
 * Returns the folder with the binding and the libraries of TensorFlow for graphics cards, with their manifest, if it is completely installed.
 * @param {Machine} [machine]
 * @returns {string | null}
 */
export function cudaNativeFolder(machine = thisMachine()) {
  const { join } = machine.platform === 'win32' ? win32 : posix;
  const folder = cudaFolder(machine);
  if (folder === null) return null;
  const native = join(folder, 'tensorflow');
  return isWhole(native) ? native : null;
}

/** Environment variable with the path of a Python that has JAX, to be used instead of one of ours. */
export const JAX_PYTHON = 'LATENT_EXPLORER_JAX_PYTHON';

/**
 * Returns the folder of the environment that set-up makes for JAX.
 * @param {boolean} withCuda whether it includes CUDA, for NVIDIA's graphics cards
 * @param {Machine} [machine]
 */
export function jaxFolder(withCuda, machine = thisMachine()) {
  const { join } = machine.platform === 'win32' ? win32 : posix;
  const key = createHash('sha256').update(JAX.packages.join(' ')).digest('hex').slice(0, 8);
  const kind = withCuda ? 'cuda12' : 'cpu';
  const target = `${machine.platform}-${machine.arch}`;
  return join(cacheRoot(machine), 'jax', `${JAX.version}-${kind}-${target}-${key}`);
}

/**
 * Returns the Python of an environment.
 * @param {string} folder
 * @param {string} [platform]
 */
export function pythonIn(folder, platform = process.platform) {
  return platform === 'win32'
    ? win32.join(folder, 'Scripts', 'python.exe')
    : posix.join(folder, 'bin', 'python');
}

/**
 * Returns the Python that runs JAX: the one that the user names, else that of a complete environment of ours, with CUDA if there is one;
 * null if there is none.
 * @param {Machine} [machine]
 * @returns {{ python: string, isOwn: boolean } | null}
 */
export function jaxPython(machine = thisMachine()) {
  const named = machine.env[JAX_PYTHON];
  if (named) return { python: named, isOwn: false };
  const folder = [true, false].map((withCuda) => jaxFolder(withCuda, machine)).find(isWhole);
  return folder === undefined ? null : { python: pythonIn(folder, machine.platform), isOwn: true };
}

/**
 * Returns whether a folder is complete: its manifest, which is written last, exists, and each file has the listed size.
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
