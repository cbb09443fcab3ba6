import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @type {import('esbuild').BuildOptions} what all programs for Node here are bundled with */
export const forNode = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

/**
 * Bundles a program that drives the real VS Code, and imports it.
 * @param {string} entry its source, from the project's folder
 * @param {string} outfile
 * @returns {Promise<any>} what it exports
 */
export async function importBundled(entry, outfile) {
  await build({
    ...forNode,
    entryPoints: [entry],
    outfile,
    format: 'esm',
    packages: 'external',
    // Paths of the project are asked of this file, wherever its bundle lies.
    define: { __projectRoot: JSON.stringify(root) },
  });
  return import(pathToFileURL(outfile).href);
}
