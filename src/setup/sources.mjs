/** Locates the binding's sources: in node_modules of a clone, or beside the engine's bundle in an installed extension. */
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Sources
 * @property {string} binding folder with tfjs-node's two C++ files and their headers
 * @property {string} headers folder with Node's C headers (node-api-headers)
 * @property {string} loader folder with captured_stderr.cc, with which the binding is loaded
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
    packages,
  };
}

/**
 * Returns the sources that the build puts beside the engine's bundle.
 * @param {string} engineFolder
 * @returns {Sources & { packages: null }}
 */
export function shippedSources(engineFolder) {
  const folder = join(engineFolder, 'tensorflow-binding');
  return {
    binding: join(folder, 'binding'),
    headers: join(folder, 'include'),
    loader: join(folder, 'loader'),
    packages: null,
  };
}
