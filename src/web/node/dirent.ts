import type { FileEntry } from '../files/file-system';

/** An entry of a folder, as `readdir` of Node returns it with `withFileTypes`. */
export class Dirent {
  readonly name: string;

  constructor(
    private readonly entry: FileEntry,
    readonly parentPath: string,
  ) {
    this.name = entry.name;
  }

  isFile(): boolean {
    return this.entry.kind === 'file' && !this.entry.isLink;
  }
  isDirectory(): boolean {
    return this.entry.kind === 'folder' && !this.entry.isLink;
  }
  isSymbolicLink(): boolean {
    return this.entry.isLink;
  }
  isFIFO(): boolean {
    return false;
  }
  isSocket(): boolean {
    return false;
  }
}
