import type { PaperCurve } from '../../paper/curve';
import type { TrainRow } from '../../domain/metrics';

/** As many points to a decade as the paper's curves have. */
const PER_DECADE = 20;

/**
 * The training bound as a curve that can be read: rows are means over a few minibatches and jump about, so those of each
 * twentieth of a decade are averaged, and so is log(samples). A last
 * one that has only begun joins the one before it.
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
