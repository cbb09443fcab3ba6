import type { RunConfig } from './config';
import type { MetricNote } from './metric-line';

/** Returns how many images a run uses now: fewer than at its start if the user went on without some. */
export function usedImages({ data }: RunConfig, notes: readonly MetricNote[]): number {
  const last = notes.findLast((line) => line.type === 'resumed' && line.images !== undefined);
  return last?.type === 'resumed' && last.images ? last.images.used : data.count;
}
