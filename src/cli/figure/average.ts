import type { PaperCurve } from '../../paper/curve';
import type { TrainRow } from '../../domain/metrics';

/** Points per decade of samples, as in the paper's curves. */
const PER_DECADE = 20;

/**
 * Averages the training bound into a readable curve. Rows are noisy means over a few minibatches, so the bound and log(samples)
 * are averaged over each twentieth of a decade. A last group with less than a third of the previous group's rows is merged into
 * it.
 */
export function averageRows(rows: readonly TrainRow[]): PaperCurve {
  const groups = new Map<number, TrainRow[]>();
  for (const row of rows) {
    if (row.samples <= 0 || !Number.isFinite(row.elbo)) continue;
    const group = Math.floor(Math.log10(row.samples) * PER_DECADE);
    const known = groups.get(group);
    if (known) known.push(row);
    else groups.set(group, [row]);
  }
  const means = [...groups.values()];
  const [before, last] = means.slice(-2);
  if (before && last && last.length * 3 < before.length) before.push(...means.pop()!);
  return {
    samples: means.map((group) => Math.exp(mean(group.map(({ samples }) => Math.log(samples))))),
    bounds: means.map((group) => mean(group.map(({ elbo }) => elbo))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
