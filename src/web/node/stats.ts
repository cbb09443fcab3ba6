import type { FileStat } from '../files/file-system';

/** What Node says of a file, as far as it is known here: no device, inode and owner, and one name. */
export class Stats {
  readonly dev = 0;
  readonly ino = 0;
  readonly nlink: number;
  readonly uid = 0;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly mtime: Date;

  /** @param isOfLink whether it describes the link itself */
  constructor(
    private readonly stat: FileStat,
    private readonly isOfLink = false,
    isGone = false,
  ) {
    this.size = stat.size;
    this.mtimeMs = this.ctimeMs = stat.mtimeMs;
    this.mtime = new Date(stat.mtimeMs);
    this.nlink = isGone ? 0 : 1;
    this.mode = 0o644;
  }

  isFile(): boolean {
    return !this.isSymbolicLink() && this.stat.kind === 'file';
  }
  isDirectory(): boolean {
    return !this.isSymbolicLink() && this.stat.kind === 'folder';
  }
  isSymbolicLink(): boolean {
    return this.isOfLink && this.stat.isLink;
  }
  isFIFO(): boolean {
    return false;
  }
  isSocket(): boolean {
    return false;
  }
}

/** The same, with numbers that Node gives with `bigint`. */
export function bigintStats(stats: Stats): object {
  const large = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
  return Object.assign(Object.create(stats) as object, {
    ...{ dev: 0n, ino: 0n, nlink: BigInt(stats.nlink), uid: 0n, mode: BigInt(stats.mode) },
    size: BigInt(stats.size),
    mtimeMs: BigInt(Math.round(stats.mtimeMs)),
    ctimeMs: BigInt(Math.round(stats.ctimeMs)),
    mtimeNs: large(stats.mtimeMs),
    ctimeNs: large(stats.ctimeMs),
  });
}
