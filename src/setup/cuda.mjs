/** Installs TensorFlow for NVIDIA's graphics cards into the user's cache, beside that for the processor. */
import { copyFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheRoot, cudaFolder, cudaNativeFolder, isWhole, MANIFEST } from './locations.mjs';
import { withLock } from './lock.mjs';
import { CUDA_MANIFEST, readNativeManifest } from './native-manifest.mjs';
import { driverProblem, nvidiaCard } from './nvidia.mjs';
import { CUDA } from './pins.mjs';
import { probeCard } from './probe.mjs';
import { stage } from './staging.mjs';
import { installMembers, manifestSizes } from './wheel-members.mjs';

const target = `${process.platform}-${process.arch}`;

/**
 * What a person is told before anything is fetched.
 * @typedef {object} Offer
 * @property {string} card
 * @property {readonly string[]} hosts
 * @property {number} download in bytes
 * @property {number} unpacked in bytes
 */

/**
 * @typedef {object} Installation
 * @property {string | null} prebuilt folder with the binding and the manifests that a package brings
 * @property {(offer: Offer) => Promise<boolean>} agree asks the person
 */
/** @typedef {Installation & import('./steps.mjs').Asker} Request */
/** @typedef {{ tensorflow: string, folder: string, device: string, wasThere: boolean }} Ready */

/**
 * Installs TensorFlow for graphics cards if there is one that it can use, and the person agrees to the download; tries it on the card.
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>} or why there is none and what to do about it
 * @throws the abort reason of `signal`
 */
export async function ensureCuda(request) {
  const { report, signal } = request;
  try {
    const pins = CUDA[target];
    const folder = cudaFolder();
    if (!pins || folder === null)
      return {
        reason: `it is not offered for ${target}; vae.device uses other graphics cards through WebGPU`,
      };
    report({ step: 'checking', text: 'looking for a graphics card of NVIDIA' });
    const card = await nvidiaCard(signal);
    if ('missing' in card) return { reason: card.missing };
    const problem = driverProblem(card, pins.driver);
    if (problem) return { reason: problem };
    const there = cudaNativeFolder();
    if (there) return await tryOut(there, card.name, request);
    const manifest = await readNativeManifest(request.prebuilt, CUDA_MANIFEST);
    if (manifest === null || !areOfPins(manifest, pins))
      return {
        reason:
          "this package has no list of its files: in a clone, 'npm run build:native -- --cuda' makes one, and 'npm run build' takes it over",
      };
    if (!(await request.agree({ card: card.name, ...manifestSizes(manifest) })))
      return { reason: 'it was not agreed to; nothing was downloaded' };
    const onWait = (/** @type {string} */ text) => report({ step: 'waiting', text });
    const alone = () => install(folder, manifest, card.name, request);
    return await withLock(join(dirname(folder), `${basename(folder)}.lock`), alone, { onWait, signal });
  } catch (error) {
    signal?.throwIfAborted();
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {import('./native-manifest.mjs').NativeManifest} manifest
 * @param {(typeof CUDA)[string]} pins
 */
function areOfPins({ wheels }, pins) {
  return wheels.map(({ sha256 }) => sha256).join() === pins.wheels.map(({ sha256 }) => sha256).join();
}

/**
 * Tests what is installed.
 * @param {string} native
 * @param {string} card
 * @param {Request} request
 * @returns {Promise<Ready | { reason: string }>}
 */
async function tryOut(native, card, { report, signal }) {
  report({ step: 'probing', text: `trying TensorFlow out on ${card}` });
  const answer = await probeCard(native, process.execPath, signal);
  const folder = dirname(native);
  if ('failure' in answer) return { reason: `${answer.failure}; delete ${folder} to install it again` };
  // An earlier failure that trainings keep is out of date.
  await rm(join(native, 'probed.json'), { force: true });
  return { tensorflow: answer.version, folder, device: card, wasThere: true };
}

/**
 * @param {string} folder
 * @param {import('./native-manifest.mjs').NativeManifest} manifest
 * @param {string} card
 * @param {Request} request
 * @returns {Promise<Ready>}
 */
async function install(folder, manifest, card, request) {
  const { report, signal, prebuilt } = request;
  if (isWhole(join(folder, manifest.bindingFolder))) {
    const there = await tryOut(join(folder, manifest.bindingFolder), card, request);
    if ('reason' in there) throw new Error(there.reason);
    return there;
  }
  let removeDownloads = () => Promise.resolve();
  const tensorflow = await stage(folder, async (staging) => {
    const downloads = join(cacheRoot(), 'downloads');
    removeDownloads = await installMembers(manifest, { folder: staging, downloads }, request);
    const native = join(staging, manifest.bindingFolder);
    for (const name of manifest.binding) await copyFile(join(prebuilt ?? '', name), join(native, name));
    report({ step: 'probing', text: `trying TensorFlow out on ${card}` });
    const answer = await probeCard(native, process.execPath, signal);
    if ('failure' in answer)
      throw new Error(`${answer.failure}; what was downloaded is kept for the next try, in ${downloads}`);
    await writeManifest(native, manifest, answer.version);
    signal?.throwIfAborted();
    return answer.version;
  });
  await removeDownloads();
  return { tensorflow, folder, device: card, wasThere: false };
}

/**
 * Writes the list of files that marks the folder as complete, by their paths from the binding's folder.
 * @param {string} native
 * @param {import('./native-manifest.mjs').NativeManifest} manifest
 * @param {string} tensorflow
 */
async function writeManifest(native, { wheels, binding }, tensorflow) {
  const members = wheels.flatMap((wheel) => wheel.members);
  /** @type {Record<string, number>} */
  const files = Object.fromEntries(members.map(({ file, size }) => [`../${file}`, size]));
  for (const name of binding) files[name] = (await stat(join(native, name))).size;
  await writeFile(join(native, MANIFEST), JSON.stringify({ tensorflow, files }, null, 2));
}
