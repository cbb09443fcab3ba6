import type { MetricRow, ValidationRow } from '../domain/metrics';
import { readAt } from './guarded-files';
import type { RunFolder } from './guarded-path';
import { parseMetricLine } from './metric-line';
import type { MetricLine, MetricNote } from './metric-line';
import { END_BYTES, MAX_LINE_BYTES, withFile } from './metrics';

/** What a list of runs shows of a run's metrics, from the end of the file. */
export interface MetricsEnd {
  readonly lastRow: MetricRow | null;
  /** The validation row with the highest bound in the part that was read. */
  readonly best: ValidationRow | null;
  /** The last start or end of training. */
  readonly last: MetricNote | null;
  /** Number of images that training went on with, if the user chose to go on without some; else null. */
  readonly usedImages: number | null;
  /** Bytes before the part that was read; 0 if that is the whole file. */
  readonly unread: number;
}

export const NO_METRICS: MetricsEnd = {
  ...{ lastRow: null, best: null, last: null, usedImages: null },
  unread: 0,
};

const NEWLINE = 0x0a;
/** Training rows begin with this as we write them; once the newest row is known, they need not be parsed. */
const TRAINING = '{"type":"train"';

/** Reads the end of a run's metrics. @throws ForeignFileError if metrics.jsonl is not a regular file */
export function readMetricsEnd(runFolder: RunFolder, maxBytes = END_BYTES): Promise<MetricsEnd> {
  return withFile(runFolder, NO_METRICS, async (handle, size) => {
    const unread = Math.max(0, size - maxBytes);
    return { ...endOf(await readAt(handle, unread, size - unread), unread === 0), unread };
  });
}

/** Reads lines from the last to the first, so that a resume is met before the rows that it dropped. */
function endOf(bytes: Buffer, isWhole: boolean): Omit<MetricsEnd, 'unread'> {
  let lastRow: MetricRow | null = null;
  let best: ValidationRow | null = null;
  let last: MetricNote | null = null;
  let usedImages: number | null = null;
  /** The step that later lines went back to. */
  let limit = Infinity;
  for (let end = bytes.lastIndexOf(NEWLINE); end > 0;) {
    const before = bytes.lastIndexOf(NEWLINE, end - 1);
    if (before < 0 && !isWhole) break;
    const start = before + 1;
    const isKnown: boolean =
      lastRow !== null && bytes.toString('latin1', start, start + TRAINING.length) === TRAINING;
    const isSkipped: boolean = isKnown || end - start > MAX_LINE_BYTES;
    const line: MetricLine | null = isSkipped ? null : parseMetricLine(bytes.toString('utf8', start, end));
    end = before;
    if (line === null) continue;
    if (line.type === 'train' || line.type === 'validation') {
      if (line.step > limit) continue;
      lastRow ??= line;
      // Of equal bounds the first one counts.
      if (line.type === 'validation' && (best === null || line.elbo >= best.elbo)) best = line;
    } else if (line.type !== 'checkpoints') {
      last ??= line;
      if (line.type === 'resumed') usedImages ??= line.images?.used ?? null;
      if (line.type !== 'ended') limit = Math.min(limit, line.resumedFrom);
    }
  }
  return { lastRow, best, last, usedImages };
}
