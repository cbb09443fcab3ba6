import type { FileHandle } from 'node:fs/promises';
import { openToAppend, openToChange, piecesOf } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import type { MetricLine } from './metric-line';
import { METRICS_FILE, endOfLines } from './metrics';

/** Appends lines to metrics.jsonl, each batch in one write. */
export class MetricsWriter {
  private constructor(
    private handle: FileHandle,
    private readonly target: GuardedPath,
    private first: readonly MetricLine[],
  ) {}

  /**
   * Opens the file for appending and removes a torn last line of a killed writer.
   * @param first lines written before the first appended ones; if nothing is appended, they are not written
   */
  static async open(runFolder: string, first: readonly MetricLine[] = []): Promise<MetricsWriter> {
    const target = inRun(runFolder, METRICS_FILE);
    // Opening also replaces a hard-linked file by a copy, before anything in it changes.
    const handle = await openToAppend(target);
    try {
      await cutTornLine(target);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new MetricsWriter(handle, target, first);
  }

  /** Whether the first lines have been written. */
  get hasBegun(): boolean {
    return this.first.length === 0;
  }

  async append(lines: readonly MetricLine[]): Promise<void> {
    if (lines.length > 0) await this.write([...this.first, ...lines].map((line) => JSON.stringify(line)));
  }

  /** Appends lines of a run that is trained elsewhere as they are there, without line breaks. */
  async appendText(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.write(lines);
  }

  /** Flushes appended lines to disk, after writing `first` if still pending. */
  async sync(): Promise<void> {
    if (this.first.length > 0) await this.write(this.first.map((line) => JSON.stringify(line)));
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async write(lines: readonly string[]): Promise<void> {
    const size = await this.sizeOfFile();
    try {
      await this.handle.appendFile(lines.map((line) => `${line}\n`).join(''));
    } catch (error) {
      // On a full disk, part of the lines may have been written; the caller appends them again once there is room.
      await this.handle.truncate(size).catch(() => undefined);
      throw error;
    }
    this.first = [];
  }

  /**
   * Returns the bytes of the file. If it was removed or replaced, goes on in the one at its path; a new one gets the removed one's
   * lines.
   */
  private async sizeOfFile(): Promise<number> {
    const removed = this.handle;
    const { nlink, size } = await removed.stat();
    if (nlink > 0) return size;
    const handle = await openToAppend(this.target);
    try {
      if ((await handle.stat()).size === 0) await copyInto(handle, removed);
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.handle = handle;
    await removed.close();
    return (await handle.stat()).size;
  }
}

/** Copies a file into an empty one, whole or not at all. */
async function copyInto(handle: FileHandle, from: FileHandle): Promise<void> {
  try {
    for await (const piece of piecesOf(from)) await handle.appendFile(piece);
  } catch (error) {
    await handle.truncate(0).catch(() => undefined);
    throw error;
  }
}

async function cutTornLine(target: GuardedPath): Promise<void> {
  const handle = await openToChange(target);
  try {
    const end = await endOfLines(handle);
    if (end < (await handle.stat()).size) await handle.truncate(end);
  } finally {
    await handle.close();
  }
}
