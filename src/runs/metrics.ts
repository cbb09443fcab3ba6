import type { MetricRow } from '../domain/metrics';
import { CurveRows } from '../domain/curve-rows';
import type { ReadableFile } from './file-calls';
import { openSized, readAt } from './guarded-files';
import { inRun } from './guarded-path';
import type { RunFolder } from './guarded-path';
import { parseMetricLine } from './metric-line';
import type { MetricLine, MetricNote } from './metric-line';

export type { MetricLine } from './metric-line';

export const METRICS_FILE = 'metrics.jsonl';

/** Bytes per read. */
const PIECE_BYTES = 1 << 20;
/** Maximum line length, in bytes: a validation row has up to 4,096 numbers, one per latent dimension. */
export const MAX_LINE_BYTES = 200_000;
/** Number of notes kept, the last ones; a run writes one at each start and end. */
const MAX_NOTES = 10_000;
/** Bytes that are read of the end of a long file. Most files are shorter: 20,000 training rows take 3 MB. */
export const END_BYTES = 8 << 20;

/** What a run's metrics file records, without the rows that a resume or a recovery dropped. */
export interface MetricsRecord {
  /** Of a very long curve not every row, see `CurveRows`. */
  readonly rows: readonly MetricRow[];
  readonly notes: readonly MetricNote[];
}

export const isRow = (line: MetricLine): line is MetricRow =>
  line.type === 'train' || line.type === 'validation';

/** Whether training went on from an earlier step: rows after it do not count. */
export const goesBack = (line: MetricLine): line is Extract<MetricLine, { readonly resumedFrom: number }> =>
  line.type === 'resumed' || line.type === 'recovered';

/** Opens the metrics file, with its size in bytes; returns `missing` if there is none. @throws ForeignFileError if it is not a regular file */
export async function withFile<T>(
  runFolder: RunFolder,
  missing: T,
  use: (handle: ReadableFile, size: number) => Promise<T>,
): Promise<T> {
  let handle: ReadableFile;
  let size: number;
  try {
    ({ handle, size } = await openSized(inRun(runFolder, METRICS_FILE)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
  try {
    return await use(handle, size);
  } finally {
    await handle.close();
  }
}

/**
 * Yields the terminated lines from byte `from` up to byte `to`, those of a piece at once. Leaves out a line that begins before
 * `from`, and lines over `MAX_LINE_BYTES`, so that memory stays bounded.
 */
async function* wholeLines(
  handle: ReadableFile,
  from: number,
  to: number,
): AsyncGenerator<readonly string[]> {
  const piece = Buffer.alloc(PIECE_BYTES);
  let begun: Buffer[] = [];
  let length = 0;
  // The byte before `from` ends a line if one begins at `from`.
  let isSkipped = from > 0;
  for (let position = Math.max(0, from - 1); ;) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(PIECE_BYTES, to - position), position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const lines: string[] = [];
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0 && end < bytesRead; end = piece.indexOf(0x0a, start)) {
      length += end - start;
      if (length <= MAX_LINE_BYTES && !isSkipped)
        lines.push(
          begun.length === 0
            ? piece.toString('utf8', start, end)
            : Buffer.concat([...begun, piece.subarray(start, end)]).toString('utf8'),
        );
      start = end + 1;
      begun = [];
      length = 0;
      isSkipped = false;
    }
    yield lines;
    length += bytesRead - start;
    if (length <= MAX_LINE_BYTES) begun.push(Buffer.from(piece.subarray(start, bytesRead)));
    else begun = [];
  }
}

/** Yields the valid lines from byte `from` up to byte `to`, as `wholeLines`. */
export async function* validLines(
  handle: ReadableFile,
  from: number,
  to = Infinity,
): AsyncGenerator<readonly MetricLine[]> {
  for await (const lines of wholeLines(handle, from, to))
    yield lines.map(parseMetricLine).filter((line) => line !== null);
}

async function record(handle: ReadableFile, from: number): Promise<MetricsRecord> {
  const rows = new CurveRows();
  const notes: MetricNote[] = [];
  for await (const lines of validLines(handle, from)) {
    for (const line of lines) {
      if (isRow(line)) {
        rows.add(line);
        continue;
      }
      if (goesBack(line)) rows.goBack(line.resumedFrom);
      notes.push(line);
    }
    notes.splice(0, notes.length - MAX_NOTES);
  }
  return { rows: rows.rows(), notes };
}

/** Reads a run's whole metrics, in pieces; empty if the file is missing. @throws ForeignFileError if it is not a regular file */
export function readMetricsRecord(runFolder: string): Promise<MetricsRecord> {
  return withFile(runFolder, { rows: [], notes: [] }, (handle) => record(handle, 0));
}

/** Reads a run's metric rows in order. @throws as `readMetricsRecord` */
export async function readMetrics(runFolder: string): Promise<readonly MetricRow[]> {
  return (await readMetricsRecord(runFolder)).rows;
}

/** Reads the rows at the end of a run's metrics; `isWhole` if these are all. @throws as `readMetricsRecord` */
export function readNewestMetrics(
  runFolder: string,
  maxBytes = END_BYTES,
): Promise<{ readonly rows: readonly MetricRow[]; readonly isWhole: boolean }> {
  return withFile(runFolder, { rows: [], isWhole: true }, async (handle, size) => {
    const from = Math.max(0, size - maxBytes);
    return { rows: (await record(handle, from)).rows, isWhole: from === 0 };
  });
}

/** Reads all valid lines from byte `from` on, in order; skips a torn last line. @throws as `readMetricsRecord` */
export function readMetricLines(runFolder: string, from = 0): Promise<MetricLine[]> {
  return withFile<MetricLine[]>(runFolder, [], async (handle) => {
    const all: MetricLine[] = [];
    for await (const lines of validLines(handle, from)) for (const line of lines) all.push(line);
    return all;
  });
}

/** Returns the number of bytes of the whole lines of an open metrics file, without a torn last line. */
export async function endOfLines(handle: ReadableFile): Promise<number> {
  const size = Number((await handle.stat({ bigint: true })).size);
  for (let end = size; end > 0; end -= PIECE_BYTES) {
    const start = Math.max(0, end - PIECE_BYTES);
    const newline = (await readAt(handle, start, end - start)).lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}

/** Returns the number of bytes of the whole lines of a run's metrics. @throws as `readMetricsRecord` */
export function recordedBytes(runFolder: string): Promise<number> {
  return withFile(runFolder, 0, endOfLines);
}

/** Bytes of the end of the file in which its last lines are looked for. */
const TAIL_BYTES = 8 << 20;

/**
 * Returns how many whole lines a run's metrics have, and the last of them as they are, at most `most`.
 * @throws as `readMetricsRecord`
 */
export function lastLines(
  runFolder: string,
  most: number,
): Promise<{ readonly lines: readonly string[]; readonly count: number }> {
  return withFile<{ lines: readonly string[]; count: number }>(
    runFolder,
    { lines: [], count: 0 },
    async (handle) => {
      const end = await endOfLines(handle);
      let count = 0;
      for (let at = 0; at < end; at += PIECE_BYTES) {
        const piece = await readAt(handle, at, Math.min(PIECE_BYTES, end - at));
        for (const byte of piece) if (byte === 0x0a) count++;
      }
      const from = Math.max(0, end - TAIL_BYTES);
      const lines = (await readAt(handle, from, end - from)).toString('utf8').split('\n').slice(0, -1);
      return { lines: (from > 0 ? lines.slice(1) : lines).slice(-most), count };
    },
  );
}
