import type { Plot } from './plot';

export type PlotFrame = Pick<Plot, 'samples' | 'bounds'>;

/** Last point of one of our runs. */
export interface End {
  readonly samples: number;
  readonly bound: number;
}

/** Widens the paper's axis ranges if our results would fall outside them: after few samples, or on other images. */
export function widened({ samples, bounds }: PlotFrame, ends: readonly End[]): PlotFrame {
  const last = Math.min(...ends.map((end) => end.samples));
  const first = last > 2 * samples[0] ? samples[0] : 10 ** Math.floor(Math.log10(last / 10));
  const finite = ends.map(({ bound }) => bound).filter(Number.isFinite);
  const low = finite.filter((bound) => bound < bounds[0] + 5);
  const lowest = Math.min(bounds[0], ...low.map((bound) => Math.floor((bound - 10) / 10) * 10));
  const highest = Math.max(bounds[1], ...finite.map((bound) => Math.ceil((bound + 5) / 5) * 5));
  return {
    samples: [first, Math.max(samples[1], ...ends.map((end) => end.samples))],
    bounds: [lowest, highest],
  };
}
