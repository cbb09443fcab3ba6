/** Locates the binding and its sources: in node_modules of a clone, or beside the engine's bundle in an installed extension. */
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Sources
 * @property {string} binding folder with tfjs-node's two C++ files and their headers
 * @property {string} headers folder with Node's C headers (node-api-headers)
 * @property {string} loader folder with captured_stderr.cc, with which the binding is loaded
 * @property {string | null} prebuilt folder with a binding that was built before and its manifest, which need not be there
 * @property {string | null} packages node_modules, for the installer of tfjs-node; null if it is not shipped
 */

/**
 * Returns the sources in a clone.
 * @param {string} packages its node_modules folder
 * @returns {Sources}
 */
export function sourcesInPackages(packages) {
  return {
    binding: join(packages, '@tensorflow', 'tfjs-node', 'binding'),
    headers: join(packages, 'node-api-headers', 'include'),
    loader: join(dirname(packages), 'src', 'setup', 'loader'),
    prebuilt: prebuiltFolder(dirname(packages)),
    packages,
  };
}

/**
 * Returns the folder of a clone into which prebuild.mjs puts the binding for a platform, and from which packages take it.
 * @param {string} root the project's folder
 * @param {string} [target] `PLATFORM-ARCH`
 */
export function prebuiltFolder(root, target = `${process.platform}-${process.arch}`) {
  return join(root, 'dist', 'native', target);
}

/**
 * Returns the sources that the build puts beside the engine's bundle.
 * @param {string} engineFolder
 * @returns {Sources & { packages: null, prebuilt: string }}
 */
export function shippedSources(engineFolder) {
  const folder = join(engineFolder, 'tensorflow-binding');
  return {
    binding: join(folder, 'binding'),
    headers: join(folder, 'include'),
    loader: join(folder, 'loader'),
    prebuilt: join(folder, 'prebuilt'),
    packages: null,
  };
}
