import type { RunConfig } from './config';
import type { MetricLine } from './metric-line';

/** Returns how many images a run uses now: fewer than at its start if the user went on without some. */
export function usedImages({ data }: RunConfig, lines: readonly MetricLine[]): number {
  const last = lines.findLast((line) => line.type === 'resumed' && line.images !== undefined);
  return last?.type === 'resumed' && last.images ? last.images.used : data.count;
}
