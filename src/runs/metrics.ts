import type { FileHandle } from 'node:fs/promises';
import type { MetricRow } from '../domain/metrics';
import { openToAppend, openToChange, openToRead } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { parseMetricLine } from './metric-line';
import type { MetricLine } from './metric-line';

export type { MetricLine } from './metric-line';

export const METRICS_FILE = 'metrics.jsonl';
const placeOf = (runFolder: string): GuardedPath => inRun(runFolder, METRICS_FILE);

/** Bytes per read. */
const PIECE_BYTES = 1 << 20;
/** Maximum line length, in bytes; a validation row has up to 4,096 numbers, one per latent dimension. */
const MAX_LINE_BYTES = 200_000;
/** Number of lines kept, the last ones; a run writes some thousands. */
const MAX_LINES = 1_000_000;

/**
 * Reads all complete, valid lines; skips a torn last line. Returns none if the file is missing.
 * @throws ForeignFileError if metrics.jsonl is not a regular file
 */
export async function readMetricLines(runFolder: string): Promise<MetricLine[]> {
  let handle: FileHandle;
  try {
    handle = await openToRead(placeOf(runFolder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    let lines: MetricLine[] = [];
    for await (const text of wholeLines(handle)) {
      const line = parseMetricLine(text);
      if (line !== null) lines.push(line);
      if (lines.length >= 2 * MAX_LINES) lines = lines.slice(-MAX_LINES);
    }
    return lines;
  } finally {
    await handle.close();
  }
}

/** Yields terminated lines in order. Skips lines over `MAX_LINE_BYTES`, so that memory stays bounded. */
async function* wholeLines(handle: FileHandle): AsyncGenerator<string> {
  const piece = Buffer.alloc(PIECE_BYTES);
  let begun: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES);
    if (bytesRead === 0) return;
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0 && end < bytesRead; end = piece.indexOf(0x0a, start)) {
      length += end - start;
      if (length <= MAX_LINE_BYTES)
        yield begun.length === 0
          ? piece.toString('utf8', start, end)
          : Buffer.concat([...begun, piece.subarray(start, end)]).toString('utf8');
      start = end + 1;
      begun = [];
      length = 0;
    }
    length += bytesRead - start;
    if (length <= MAX_LINE_BYTES) begun.push(Buffer.from(piece.subarray(start, bytesRead)));
    else begun = [];
  }
}

const isRow = (line: MetricLine): line is MetricRow => line.type === 'train' || line.type === 'validation';

/** Returns the metric rows in order. A resume and a recovery drop earlier rows after the step they started from. */
export function trainingRowsOf(lines: readonly MetricLine[]): MetricRow[] {
  const rows: MetricRow[] = [];
  for (const line of lines) {
    if (isRow(line)) rows.push(line);
    else if (line.type === 'resumed' || line.type === 'recovered')
      while (rows.length > 0 && rows.at(-1)!.step > line.resumedFrom) rows.pop();
  }
  return rows;
}

/** Reads a run's metric rows in order. @throws as `readMetricLines` */
export async function readMetrics(runFolder: string): Promise<MetricRow[]> {
  return trainingRowsOf(await readMetricLines(runFolder));
}

/** Appends lines to metrics.jsonl, each batch in one write. */
export class MetricsWriter {
  private constructor(
    private readonly handle: FileHandle,
    private first: readonly MetricLine[],
  ) {}

  /**
   * Opens the file for appending and removes a torn last line of a killed writer.
   * @param first lines written before the first appended ones; if nothing is appended, they are not written
   */
  static async open(runFolder: string, first: readonly MetricLine[] = []): Promise<MetricsWriter> {
    const target = placeOf(runFolder);
    // Opening also replaces a hard-linked file by a copy, before anything in it changes.
    const handle = await openToAppend(target);
    try {
      await cutTornLine(target);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new MetricsWriter(handle, first);
  }

  /** Whether the first lines have been written. */
  get hasBegun(): boolean {
    return this.first.length === 0;
  }

  async append(lines: readonly MetricLine[]): Promise<void> {
    if (lines.length > 0) await this.write([...this.first, ...lines]);
  }

  /** Flushes appended lines to disk, after writing `first` if still pending. */
  async sync(): Promise<void> {
    if (this.first.length > 0) await this.write(this.first);
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async write(lines: readonly MetricLine[]): Promise<void> {
    const { size } = await this.handle.stat();
    try {
      await this.handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } catch (error) {
      // On a full disk, part of the lines may have been written; the caller appends them again once there is room.
      await this.handle.truncate(size).catch(() => undefined);
      throw error;
    }
    this.first = [];
  }
}

async function cutTornLine(target: GuardedPath): Promise<void> {
  const handle = await openToChange(target);
  try {
    const { size } = await handle.stat();
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let end = size; end > 0; end -= PIECE_BYTES) {
      const start = Math.max(0, end - PIECE_BYTES);
      const { bytesRead } = await handle.read(piece, 0, end - start, start);
      const newline = piece.lastIndexOf(0x0a, bytesRead - 1);
      if (newline < 0 && start > 0) continue;
      if (start + newline + 1 < size) await handle.truncate(start + newline + 1);
      return;
    }
  } finally {
    await handle.close();
  }
}
