/** Installs the VS Code server that tests drive and `npm run explore` opens, and finds a Chromium to view it. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from './locations.mjs';
import { withLock } from './lock.mjs';
import { EDITOR } from './pins.mjs';
import { findProgram, npm, npmReasons, run, say, tail } from './run.mjs';
import { stage } from './staging.mjs';
import { ensurePrograms } from './system.mjs';

/** Chromium without a window of its own, which takes less of the processor for the same pages. */
const HEADLESS_SHELL = 'chromium-headless-shell';

/**
 * @typedef {object} Server
 * @property {string} node the Node that the server needs, which may be newer than ours
 * @property {string} serverMain
 */

/**
 * Installs the server and a browser if necessary.
 * @returns {Promise<(Server & { chromium: string }) | { missing: string }>} or what is missing and what to do about it
 */
export async function ensureEditor() {
  const server = await ensureServer();
  if ('missing' in server) return server;
  const missing = await ensureChromium();
  const chromium = findChromium();
  if (chromium) return { ...server, chromium };
  return { missing: `${missing ?? 'Chromium not found'}; or name one in the variable CHROMIUM` };
}

/**
 * Installs a browser if there is none: Debian's headless shell, or the whole browser where no such package is to be had.
 * @returns {Promise<string | null>} null, or what is missing and what to do about it
 */
async function ensureChromium() {
  let missing = null;
  for (const package_ of [HEADLESS_SHELL, 'chromium']) {
    if (findChromium() !== null) return null;
    missing = await ensurePrograms([
      { name: 'Chromium', packages: [package_], isPresent: async () => findChromium() !== null },
    ]);
  }
  return missing;
}

/**
 * Installs the VS Code server once into the user's cache.
 * @returns {Promise<Server | { missing: string }>}
 */
export async function ensureServer() {
  const target = `${process.platform}-${process.arch}`;
  const node = EDITOR.node[target];
  if (!node) return { missing: `the VS Code server is not set up on ${target}: use desktop VS Code` };
  const folder = join(cacheRoot(), 'editor', `${EDITOR.version}-${node.replace('@', '-')}`);
  const server = serverIn(folder, node);
  if (isInstalled(server)) return server;
  try {
    await withLock(`${folder}.lock`, async () => {
      if (!isInstalled(server)) await stage(folder, (staging) => install(staging, node));
    });
    return server;
  } catch (error) {
    return { missing: `the VS Code server could not be installed: ${/** @type {Error} */ (error).message}` };
  }
}

/**
 * @param {string} folder
 * @param {string} node
 * @returns {Server}
 */
function serverIn(folder, node) {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, node.split('@')[0] ?? node, 'bin', 'node'),
    serverMain: join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/** @param {Server} server */
function isInstalled({ node, serverMain }) {
  return existsSync(node) && existsSync(serverMain);
}

/**
 * Installs the server's package, which contains the built server and a lockfile of its runtime dependencies.
 * @param {string} folder
 * @param {string} node
 */
async function install(folder, node) {
  say(`installing the VS Code server ${EDITOR.version} (once)`);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await must(npm(['install', '--save-exact', EDITOR.server, node], { cwd: folder }), npmReasons);
  const server = serverIn(folder, node);
  const vscode = join(server.serverMain, '..', '..');
  // Not `npm ci`: the package's lockfile lacks an entry that it requires; `npm install` otherwise follows the lockfile.
  await must(npm(['install', '--omit=dev'], { cwd: vscode }), npmReasons);
  await must(run(server.node, [server.serverMain, '--version'], { timeout: 60_000 }));
}

/**
 * @param {Promise<{ code: number, output: string }>} running
 * @param {(output: string) => string} [reasons]
 */
async function must(running, reasons = tail) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`exit code ${code}:\n${reasons(output)}`);
}

/**
 * Returns a Chromium or Chrome on this machine: the one that CHROMIUM names, or else the first of the usual names.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findChromium(env = process.env) {
  if (env.CHROMIUM) return findProgram([env.CHROMIUM], env);
  const names = [HEADLESS_SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return findProgram(process.platform === 'darwin' ? [...names, onMac] : names, env);
}
