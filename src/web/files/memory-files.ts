import { FileError } from './file-system';
import type { FileEntry, FileStat, FileSystem } from './file-system';
import { dirname, resolve } from '../node/path';

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly mtimeMs: number;
}

/** Files in memory: for what lasts as long as a page, and for tests. */
export class MemoryFiles implements FileSystem {
  private readonly files = new Map<string, MemoryFile>();
  private readonly folders = new Set(['/']);

  /** @param now time in ms since 1970 */
  constructor(private readonly now: () => number = () => Date.now()) {}

  stat(path: string): Promise<FileStat> {
    return answer(() => {
      const file = this.files.get(resolve(path));
      if (file) return { kind: 'file', isLink: false, size: file.bytes.length, mtimeMs: file.mtimeMs };
      if (!this.folders.has(resolve(path))) throw new FileError('ENOENT', path);
      return { kind: 'folder', isLink: false, size: 0, mtimeMs: 0 };
    });
  }

  list(path: string): Promise<readonly FileEntry[]> {
    return answer(() => {
      this.requireFolder(path);
      const above = resolve(path) === '/' ? '/' : `${resolve(path)}/`;
      const namesOf = (paths: Iterable<string>): string[] =>
        [...paths]
          .filter((each) => each.startsWith(above) && each !== above)
          .map((each) => each.slice(above.length))
          .filter((name) => !name.includes('/'));
      return [
        ...namesOf(this.folders).map((name) => ({ name, kind: 'folder' as const, isLink: false })),
        ...namesOf(this.files.keys()).map((name) => ({ name, kind: 'file' as const, isLink: false })),
      ];
    });
  }

  read(path: string): Promise<Uint8Array> {
    return answer(() => this.fileAt(path).bytes.slice());
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return answer(() => {
      this.requireFolder(dirname(resolve(path)));
      if (this.folders.has(resolve(path))) throw new FileError('EISDIR', path);
      this.files.set(resolve(path), { bytes: bytes.slice(), mtimeMs: this.now() });
    });
  }

  makeFolder(path: string): Promise<void> {
    return answer(() => {
      if (this.files.has(resolve(path))) throw new FileError('EEXIST', path);
      this.requireFolder(dirname(resolve(path)));
      this.folders.add(resolve(path));
    });
  }

  remove(path: string): Promise<void> {
    return answer(() => {
      const whole = resolve(path);
      if (!this.files.delete(whole) && !this.folders.delete(whole)) throw new FileError('ENOENT', path);
      for (const all of [this.files, this.folders])
        for (const each of [...all.keys()]) if (each.startsWith(`${whole}/`)) all.delete(each);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return answer(() => {
      const [before, after] = [resolve(from), resolve(to)];
      this.requireFolder(dirname(after));
      const file = this.files.get(before);
      if (file) {
        if (this.folders.has(after)) throw new FileError('EISDIR', to);
        this.files.delete(before);
        this.files.set(after, file);
        return;
      }
      if (!this.folders.has(before)) throw new FileError('ENOENT', from);
      if (this.folders.has(after) || this.files.has(after)) throw new FileError('EEXIST', to);
      const moved = (path: string): string => after + path.slice(before.length);
      const isMoved = (path: string): boolean => path === before || path.startsWith(`${before}/`);
      for (const folder of [...this.folders].filter(isMoved)) {
        this.folders.delete(folder);
        this.folders.add(moved(folder));
      }
      for (const [path, content] of [...this.files].filter(([each]) => isMoved(each))) {
        this.files.delete(path);
        this.files.set(moved(path), content);
      }
    });
  }

  copy(from: string, to: string): Promise<void> {
    return answer(() => {
      const file = this.fileAt(from);
      this.requireFolder(dirname(resolve(to)));
      if (this.files.has(resolve(to)) || this.folders.has(resolve(to))) throw new FileError('EEXIST', to);
      this.files.set(resolve(to), { bytes: file.bytes, mtimeMs: this.now() });
    });
  }

  private fileAt(path: string): MemoryFile {
    const file = this.files.get(resolve(path));
    if (file) return file;
    throw new FileError(this.folders.has(resolve(path)) ? 'EISDIR' : 'ENOENT', path);
  }

  private requireFolder(path: string): void {
    if (this.folders.has(resolve(path))) return;
    throw new FileError(this.files.has(resolve(path)) ? 'ENOTDIR' : 'ENOENT', path);
  }
}

/** Runs at once, and fails as an asynchronous operation does. */
function answer<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
