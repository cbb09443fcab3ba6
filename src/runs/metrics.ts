import { open, readFile, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricRow } from '../protocol/metrics';

export const METRICS_FILE = 'metrics.jsonl';

/** Lines of metrics.jsonl that are not rows. */
export type MetricNote =
  | { readonly type: 'resumed'; readonly resumedFrom: number }
  | { readonly type: 'checkpoints'; readonly every: number }
  | {
      readonly type: 'ended';
      readonly state: 'finished' | 'stopped' | 'failed';
      readonly step: number;
      readonly message: string;
    };

export type MetricLine = MetricRow | MetricNote;

function parseLine(line: string): MetricLine | null {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && 'type' in value ? (value as MetricLine) : null;
  } catch {
    return null;
  }
}

/** All whole lines; a torn last line is left for the next reading. A missing file has none. */
export async function readMetricLines(runFolder: string): Promise<MetricLine[]> {
  const text = await readFile(join(runFolder, METRICS_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .map(parseLine)
    .filter((line) => line !== null);
}

const isRow = (line: MetricLine): line is MetricRow => line.type === 'train' || line.type === 'validation';

/** The curve: rows in order; a resume drops the rows after the step that it started from. */
export function rowsOf(lines: readonly MetricLine[]): MetricRow[] {
  const rows: MetricRow[] = [];
  for (const line of lines) {
    if (isRow(line)) rows.push(line);
    else if (line.type === 'resumed')
      while (rows.length > 0 && rows.at(-1)!.step > line.resumedFrom) rows.pop();
  }
  return rows;
}

export async function readMetrics(runFolder: string): Promise<MetricRow[]> {
  return rowsOf(await readMetricLines(runFolder));
}

/** Appends lines to metrics.jsonl; each is one write. */
export class MetricsWriter {
  private constructor(private readonly handle: FileHandle) {}

  /** Opens for appending; a torn last line of a killed writer is cut off first. */
  static async open(runFolder: string): Promise<MetricsWriter> {
    const path = join(runFolder, METRICS_FILE);
    const size = await stat(path).then(
      (stats) => stats.size,
      () => 0,
    );
    if (size > 0) {
      const bytes = await readFile(path);
      const end = bytes.lastIndexOf(0x0a) + 1;
      if (end < size) await truncate(path, end);
    }
    return new MetricsWriter(await open(path, 'a'));
  }

  async append(lines: readonly MetricLine[]): Promise<void> {
    if (lines.length === 0) return;
    await this.handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** Makes what was appended durable. */
  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
