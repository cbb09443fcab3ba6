import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from './whole';

/** `NAME.partial` waits for the next download; `NAME.partial-PID-NUMBER` belongs to the process with this id. */
const PARTIAL = /^\.partial(?:-(\d+)-\d+)?$/;

/** The partial files of this process: another file with its id is of one that had the id before. */
const openPartials = new Set<string>();
let count = 0;

/**
 * The bytes of a file that have arrived so far. Each download has a partial file of its own, so two at once cost double
 * work and no more; one that was left, or whose process died, is taken over by renaming it.
 */
export class PartialFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly kept: string,
    private length: number,
  ) {}

  /** The longest partial of `name` in `folder` that is nobody's, or an empty one. Others that are nobody's are removed. */
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

  /** Bytes that are there. */
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

  /** Drops all bytes. */
  async restart(): Promise<void> {
    if (this.length === 0) return;
    await this.handle.truncate(0);
    this.length = 0;
  }

  sha256(): Promise<string> {
    return sha256Of(this.path);
  }

  /** Gives the whole file its name. It is on the disk by then, even if the machine loses power. */
  async finish(target: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.path, target);
    openPartials.delete(this.path);
  }

  /** Leaves what has arrived to the next download; does nothing after finish(). */
  async leave(): Promise<void> {
    if (!openPartials.has(this.path)) return;
    await this.handle.close();
    const other = await stat(this.kept).catch(() => null);
    if (this.length > (other?.size ?? 0)) await rename(this.path, this.kept);
    else await rm(this.path, { force: true });
    openPartials.delete(this.path);
  }
}

/** Longest first. */
async function abandonedPartials(folder: string, name: string): Promise<string[]> {
  const found: { path: string; size: number }[] = [];
  for (const entry of await readdir(folder)) {
    const match = entry.startsWith(name) ? PARTIAL.exec(entry.slice(name.length)) : null;
    const path = join(folder, entry);
    if (!match || openPartials.has(path)) continue;
    const pid = match[1] === undefined ? null : Number(match[1]);
    if (pid !== null && pid !== process.pid && isAlive(pid)) continue;
    const stats = await stat(path).catch(() => null);
    if (stats) found.push({ path, size: stats.size });
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

/** Whether the file was there; another download may have taken it a moment before. */
async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether a process with this id runs here, whoever owns it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
