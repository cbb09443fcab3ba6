/**
 * All that Latent Explorer needs of files where there is no Node: what `vscode.workspace.fs` can do, which has no ranges, no appending,
 * no flushing and no exclusive creation. Paths are absolute, with `/`.
 */
export interface FileSystem {
  /** Describes what is at a path; of a link, what it points to, with `isLink`. @throws FileError */
  stat(path: string): Promise<FileStat>;
  /** Lists what lies in a folder, in no order. @throws FileError */
  list(path: string): Promise<readonly FileEntry[]>;
  /** Reads a whole file. @throws FileError */
  read(path: string): Promise<Uint8Array>;
  /** Creates a file or replaces its content. @throws FileError */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Creates a folder whose parent exists; nothing if it is there. @throws FileError */
  makeFolder(path: string): Promise<void>;
  /** Removes a file, or a folder with everything in it. @throws FileError */
  remove(path: string): Promise<void>;
  /** Renames a file or folder, in place of a file that has the new name. @throws FileError */
  rename(from: string, to: string): Promise<void>;
  /** Copies a file to a path at which there is none. @throws FileError EEXIST if there is one */
  copy(from: string, to: string): Promise<void>;
}

export type FileKind = 'file' | 'folder' | 'other';

export interface FileStat {
  readonly kind: FileKind;
  readonly isLink: boolean;
  /** In bytes. */
  readonly size: number;
  /** Time of the last change, in ms since 1970. */
  readonly mtimeMs: number;
}

export interface FileEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly isLink: boolean;
}

/** Codes of Node's errors, by which the rest of the code tells them apart. */
export type FileErrorCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOTEMPTY'
  | 'EACCES'
  | 'EROFS'
  | 'ENOSPC'
  | 'EINVAL'
  | 'ESTALE'
  | 'ENOSYS'
  | 'EIO';

/** A failed operation on a file, with the code that Node would give. */
export class FileError extends Error {
  override readonly name = 'FileError';
  constructor(
    readonly code: FileErrorCode,
    readonly path: string,
    detail = WORDS[code],
    /** The operation, as Node names it. */
    public syscall?: string,
  ) {
    super(`${code}: ${detail}, '${path}'`);
  }
}

const WORDS: Readonly<Record<FileErrorCode, string>> = {
  ENOENT: 'no such file or folder',
  EEXIST: 'it exists already',
  ENOTDIR: 'not a folder',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'the folder is not empty',
  EACCES: 'permission denied',
  EROFS: 'it cannot be written',
  ENOSPC: 'no room left',
  EINVAL: 'invalid argument',
  ESTALE: 'another file has taken its place',
  ENOSYS: 'not possible in a browser',
  EIO: 'it could not be read or written',
};
