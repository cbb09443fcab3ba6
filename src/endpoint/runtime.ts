import { webcrypto } from 'node:crypto';
import { chmod, copyFile, lstat, readFile, readdir, rm, stat, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { renamePatiently } from '../runs/atomic';
import { isAbandonedName, temporaryName } from '../runs/temporary-name';
import { assertPrivate, assertPrivateFolders, makePrivateFolders } from './private-path';
import { cacheRoot } from '../setup/locations.mjs';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/** Copies unused for this time are removed, in ms; no run is expected to last longer. */
const UNUSED_COPY_MS = 60 * 24 * 3600 * 1000;

/** Subfolder of the engine's files with the Python that runs JAX. */
const PYTHON = 'python';

/** Subfolder of the engine's files with its native library. */
const NATIVE = 'onnxruntime';

/** Hashes that this process has computed, by what tells whether a file has changed. */
const known = new Map<string, Promise<string>>();

/** Hashes names and contents, once while the files are the same: together they have 60 MB. */
async function contentHash(folder: string, names: readonly string[], start = ''): Promise<string> {
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs, ctimeMs, ino } = await stat(join(folder, name));
      return [name, size, mtimeMs, ctimeMs, ino];
    }),
  );
  const key = JSON.stringify([folder, start, files]);
  const hash = known.get(key) ?? computeHash(folder, names, start);
  known.set(key, hash);
  hash.catch(() => known.delete(key));
  return hash;
}

/** WebCrypto runs off this thread, which may draw a window. */
async function computeHash(folder: string, names: readonly string[], start: string): Promise<string> {
  const digest = async (bytes: Uint8Array): Promise<string> =>
    Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
  let all = start;
  for (const name of names) all += `${name}\n${await digest(await readFile(join(folder, name)))}\n`;
  return (await digest(Buffer.from(all))).slice(0, 16);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Whether a folder is named like a copy, after the hash of its files. */
const isCopyName = (name: string): boolean => /^(onnxruntime-)?[0-9a-f]{16}$/.test(name);

async function removeUnused(root: string, current: readonly string[], now: number): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    // Another process may have renamed its temporary folder meanwhile.
    const stats = await stat(folder).catch(() => null);
    const isUsed = !isAbandonedName(name, isCopyName) && now - (stats?.mtimeMs ?? 0) <= UNUSED_COPY_MS;
    if (!stats || current.includes(name) || isUsed) continue;
    // Windows cannot delete a library that a live engine has open; a later call removes it.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Creates `folder` if missing. Fills a temporary folder and renames it, so that `folder` is complete or absent. */
async function makeOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (await isThere(folder)) return;
  const temporary = join(dirname(folder), temporaryName(basename(folder)));
  await ensureFolder(temporary, 0o700);
  await fill(temporary);
  // Virus scanners hold new files for a while.
  await renamePatiently(temporary, folder).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true });
    // Another window may have been faster; its copy is identical.
    if (!(await isThere(folder))) throw error;
  });
}

async function copyAll(names: readonly string[], from: string, to: string): Promise<void> {
  for (const name of names) {
    await ensureFolder(dirname(join(to, name)), 0o700);
    await copyFile(join(from, name), join(to, name));
    await chmod(join(to, name), 0o700);
  }
}

/** Checks a copy with its folders and files; its link to the native library's copy, which is checked as well, is ours too. */
async function assertPrivateCopy(copy: string): Promise<void> {
  await assertPrivateFolders([copy]);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stats = await lstat(path);
    if (entry.name === NATIVE && stats.isSymbolicLink()) continue;
    assertPrivate(path, stats, stats.isDirectory() ? 'folder' : 'file');
  }
}

/**
 * Copies the engine's files into the user's cache, once per build, and returns the copy's folder. Engines run from the copy, so
 * that updating or uninstalling the extension does not delete files of a live run (or fail to, on Windows). Builds with the
 * same native library, which is large and rarely changes, link to one shared copy of it.
 * @throws NotPrivateError if others could change the copy, which is executed
 */
export async function installRuntime(engineFolder: string, now: Date = new Date()): Promise<string> {
  const root = join(cacheRoot(), 'engine');
  await makePrivateFolders([cacheRoot(), root], 'XDG_CACHE_HOME');
  const nativeFolder = join(engineFolder, NATIVE);
  const native = await filesBelow(nativeFolder);
  const nativeCopy = join(root, `${NATIVE}-${await contentHash(nativeFolder, native)}`);
  await makeOnce(nativeCopy, (temporary) => copyAll(native, nativeFolder, temporary));

  const bundles = (await readdir(engineFolder)).filter((name) => /\.(cjs|wasm|ttf|html)$/.test(name));
  const python = (await filesBelow(join(engineFolder, PYTHON))).filter((name) => name.endsWith('.py'));
  const names = [...bundles, ...python.map((name) => join(PYTHON, name))].sort();
  const folder = join(root, await contentHash(engineFolder, names, basename(nativeCopy)));
  await makeOnce(folder, async (temporary) => {
    await copyAll(names, engineFolder, temporary);
    // On Windows, users without special rights can create junctions but not symbolic links.
    await symlink(nativeCopy, join(temporary, NATIVE), 'junction');
  });
  for (const copy of [nativeCopy, folder]) await assertPrivateCopy(copy);
  for (const used of [nativeCopy, folder]) await utimes(used, now, now);
  await removeUnused(root, [basename(nativeCopy), basename(folder)], now.getTime());
  return folder;
}
