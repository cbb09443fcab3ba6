import { FileError } from './file-system';
import type { FileSystem } from './file-system';
import { resolve } from '../node/path';

/** Folder of the product's own files and of what lasts as long as the page; no workspace has one of this name at its top. */
export const OWN_FOLDER = '/.latent-explorer-web';
/** The files of dist/web, which are only read. */
export const ASSETS_FOLDER = `${OWN_FOLDER}/assets`;
/** Home and temporary files: in memory. */
export const MEMORY_FOLDER = `${OWN_FOLDER}/memory`;

/** Whether a path is a folder or lies in it. */
export const isIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);

/** Returns a file system in which a folder of one lies beside all the other's files. */
export function mounted(folder: string, inside: FileSystem, elsewhere: FileSystem): FileSystem {
  const of = (path: string): FileSystem => (isIn(folder, resolve(path)) ? inside : elsewhere);
  const ofBoth = (from: string, to: string): FileSystem => {
    if (of(from) === of(to)) return of(from);
    throw new FileError('EINVAL', to, 'it is not where the file is');
  };
  return {
    stat: (path) => of(path).stat(path),
    list: (path) => of(path).list(path),
    read: (path) => of(path).read(path),
    write: (path, bytes) => of(path).write(path, bytes),
    makeFolder: (path) => of(path).makeFolder(path),
    remove: (path) => of(path).remove(path),
    rename: async (from, to) => ofBoth(from, to).rename(from, to),
    copy: async (from, to) => ofBoth(from, to).copy(from, to),
  };
}

/** Returns the files of a page: those of the workspace, and a home and temporary files in memory. */
export async function withMemory(workspace: FileSystem, memory: FileSystem): Promise<FileSystem> {
  for (const folder of [OWN_FOLDER, MEMORY_FOLDER, HOME, TEMPORARY]) await memory.makeFolder(folder);
  return mounted(MEMORY_FOLDER, memory, workspace);
}

export const HOME = `${MEMORY_FOLDER}/home`;
export const TEMPORARY = `${MEMORY_FOLDER}/tmp`;
