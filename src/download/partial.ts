import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from './whole';
import { isProcessAlive } from '../setup/process-alive.mjs';

/** `NAME.partial` is free for the next download; `NAME.partial-PID-NUMBER` belongs to the process with this id. */
const PARTIAL = /^\.partial(?:-(\d+)-\d+)?$/;

/** Partial files that this process has open; any other file with its id is left from an earlier process with the same id. */
const openPartials = new Set<string>();
let count = 0;

/**
 * The bytes of a file received so far. Each download writes a separate partial file, so concurrent downloads only duplicate
 * work; an abandoned one, or one whose process died, is taken over by renaming it.
 */
export class PartialFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly kept: string,
    private length: number,
  ) {}

  /** Claims the longest abandoned partial of `name` in `folder`, or creates an empty one. Removes the other abandoned ones. */
  static async claim(folder: string, name: string): Promise<PartialFile> {
    const path = join(folder, `${name}.partial-${process.pid}-${count++}`);
    const kept = join(folder, `${name}.partial`);
    openPartials.add(path);
    try {
      let isClaimed = false;
      for (const abandoned of await abandonedPartials(folder, name)) {
        if (isClaimed) await rm(abandoned, { force: true });
        else isClaimed = await tryRename(abandoned, path);
      }
      const handle = await open(path, isClaimed ? 'r+' : 'w');
      return new PartialFile(path, handle, kept, (await handle.stat()).size);
    } catch (error) {
      openPartials.delete(path);
      throw error;
    }
  }

  /** Bytes received so far. */
  get size(): number {
    return this.length;
  }

  async append(piece: Uint8Array): Promise<void> {
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await this.handle.write(piece, done, piece.length - done, this.length);
      done += bytesWritten;
      this.length += bytesWritten;
    }
  }

  /** Discards all bytes. */
  async restart(): Promise<void> {
    if (this.length === 0) return;
    await this.handle.truncate(0);
    this.length = 0;
  }

  sha256(): Promise<string> {
    return sha256Of(this.path);
  }

  /** Syncs the complete file to the disk, so that it survives a power failure, and gives it its name. */
  async finish(target: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.path, target);
    openPartials.delete(this.path);
  }

  /** Leaves the received bytes to the next download; a no-op after finish(). */
  async leave(): Promise<void> {
    if (!openPartials.has(this.path)) return;
    await this.handle.close();
    const other = await stat(this.kept).catch(() => null);
    if (this.length > (other?.size ?? 0)) await rename(this.path, this.kept);
    else await rm(this.path, { force: true });
    openPartials.delete(this.path);
  }
}

/** Returns the partial files that no running download owns, longest first. */
async function abandonedPartials(folder: string, name: string): Promise<string[]> {
  const found: { path: string; size: number }[] = [];
  for (const entry of await readdir(folder)) {
    const match = entry.startsWith(name) ? PARTIAL.exec(entry.slice(name.length)) : null;
    const path = join(folder, entry);
    if (!match || openPartials.has(path)) continue;
    const pid = match[1] === undefined ? null : Number(match[1]);
    if (pid !== null && pid !== process.pid && isProcessAlive(pid)) continue;
    const stats = await stat(path).catch(() => null);
    if (stats) found.push({ path, size: stats.size });
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

/** Renames a file; returns false if it is missing, since another download may have just taken it. */
async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
