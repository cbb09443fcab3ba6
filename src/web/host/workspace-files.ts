import * as vscode from 'vscode';
import { FileError } from '../files/file-system';
import type { FileErrorCode, FileKind, FileStat, FileSystem } from '../files/file-system';
import { ASSETS_FOLDER, isIn } from '../files/mounted-files';
import { dirname, resolve } from '../node/path';
import { fileUri } from './local-files';

/** By the names of VS Code's errors, which some providers of files write with "Entry" or "File". */
const CODES: readonly (readonly [RegExp, FileErrorCode])[] = [
  [/NotFound/i, 'ENOENT'],
  [/NotADirectory/i, 'ENOTDIR'],
  [/IsADirectory/i, 'EISDIR'],
  [/Exists/i, 'EEXIST'],
  [/NoPermissions/i, 'EACCES'],
  [/Readonly|ReadOnly|WriteLocked/, 'EROFS'],
  [/Quota|ExceedsStorage/i, 'ENOSPC'],
];

/** Translates an error of VS Code's files. */
function fileError(error: unknown, path: string): FileError {
  const {
    code = '',
    name = '',
    message = String(error),
  } = error as {
    readonly code?: string;
    readonly name?: string;
    readonly message?: string;
  };
  // Errors of remote providers have their code in the name, as "EntryNotFound (FileSystemError)".
  const found = CODES.find(([pattern]) => pattern.test(code) || pattern.test(name));
  return new FileError(found?.[1] ?? 'EIO', path, found ? undefined : message);
}

async function explained<T>(path: string, work: Thenable<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof FileError ? error : fileError(error, path);
  }
}

function kindOf(type: vscode.FileType): FileKind {
  if ((type & vscode.FileType.Directory) !== 0) return 'folder';
  return (type & vscode.FileType.File) !== 0 ? 'file' : 'other';
}

const isLink = (type: vscode.FileType): boolean => (type & vscode.FileType.SymbolicLink) !== 0;

/**
 * The files of the workspace, wherever they are, by `vscode.workspace.fs`, and the extension's own in `ASSETS_FOLDER`, only to be read.
 * @param assets folder of dist/web
 */
export function workspaceFiles(assets: vscode.Uri): FileSystem {
  const { fs } = vscode.workspace;
  const at = (path: string): vscode.Uri => {
    const whole = resolve(path);
    if (!isIn(ASSETS_FOLDER, whole)) return fileUri(whole);
    return vscode.Uri.joinPath(assets, whole.slice(ASSETS_FOLDER.length));
  };
  const toWrite = (path: string): vscode.Uri => {
    if (isIn(ASSETS_FOLDER, resolve(path))) throw new FileError('EROFS', path);
    return at(path);
  };
  return {
    async stat(path): Promise<FileStat> {
      const { type, size, mtime } = await explained(path, fs.stat(at(path)));
      return { kind: kindOf(type), isLink: isLink(type), size, mtimeMs: mtime };
    },
    async list(path) {
      const entries = await explained(path, fs.readDirectory(at(path)));
      return entries.map(([name, type]) => ({ name, kind: kindOf(type), isLink: isLink(type) }));
    },
    read: (path) => explained(path, fs.readFile(at(path))),
    async write(path, bytes) {
      const uri = toWrite(path);
      // VS Code would make the folder.
      if ((await this.stat(dirname(resolve(path)))).kind !== 'folder') throw new FileError('ENOTDIR', path);
      await explained(path, fs.writeFile(uri, bytes));
    },
    makeFolder: async (path) => explained(path, fs.createDirectory(toWrite(path))),
    remove: async (path) => explained(path, fs.delete(toWrite(path), { recursive: true, useTrash: false })),
    rename: async (from, to) => explained(from, fs.rename(toWrite(from), toWrite(to), { overwrite: true })),
    copy: async (from, to) => explained(to, fs.copy(toWrite(from), toWrite(to), { overwrite: false })),
  };
}
