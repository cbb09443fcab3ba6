import type { FileHandle } from 'node:fs/promises';
import type { MetricRow } from '../domain/metrics';
import { openToAppend, openToChange, openToRead } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { parseMetricLine } from './metric-line';
import type { MetricLine } from './metric-line';

export type { MetricLine, MetricNote } from './metric-line';

export const METRICS_FILE = 'metrics.jsonl';
const placeOf = (runFolder: string): GuardedPath => inRun(runFolder, METRICS_FILE);

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 20;
/** Longest line, in bytes: a validation row has a number for each of 4,096 latent dimensions at most. */
const MAX_LINE_BYTES = 200_000;
/** Lines of a file that are kept: the last ones. A run writes some thousands. */
const MAX_LINES = 1_000_000;

/**
 * All whole lines that are what a line may be; a torn last line is left for the next reading. A missing file has none.
 * @throws ForeignFileError where metrics.jsonl is no file
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

/** Lines that end, in order; longer ones than any of ours are passed over, so that memory stays bounded. */
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

/** The curve: rows in order; a resume drops the rows after the step that it started from. */
export function trainingRowsOf(lines: readonly MetricLine[]): MetricRow[] {
  const rows: MetricRow[] = [];
  for (const line of lines) {
    if (isRow(line)) rows.push(line);
    else if (line.type === 'resumed')
      while (rows.length > 0 && rows.at(-1)!.step > line.resumedFrom) rows.pop();
  }
  return rows;
}

export async function readMetrics(runFolder: string): Promise<MetricRow[]> {
  return trainingRowsOf(await readMetricLines(runFolder));
}

/** Appends lines to metrics.jsonl; each is one write. */
export class MetricsWriter {
  private constructor(
    private readonly handle: FileHandle,
    private first: readonly MetricLine[],
  ) {}

  /**
   * Opens for appending; a torn last line of a killed writer is cut off first.
   * @param first go before what is appended first: where nothing ever is, the file stays as it is
   */
  static async open(runFolder: string, first: readonly MetricLine[] = []): Promise<MetricsWriter> {
    const place = placeOf(runFolder);
    // Also makes the file the run's own, before anything in it is changed.
    const handle = await openToAppend(place);
    try {
      await cutTornLine(place);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new MetricsWriter(handle, first);
  }

  /** Whether anything was appended. */
  get hasBegun(): boolean {
    return this.first.length === 0;
  }

  async append(lines: readonly MetricLine[]): Promise<void> {
    if (lines.length > 0) await this.write([...this.first, ...lines]);
  }

  /** Makes what was appended durable, with what goes before everything else. */
  async sync(): Promise<void> {
    if (this.first.length > 0) await this.write(this.first);
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async write(lines: readonly MetricLine[]): Promise<void> {
    await this.handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.first = [];
  }
}

async function cutTornLine(place: GuardedPath): Promise<void> {
  const handle = await openToChange(place);
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
