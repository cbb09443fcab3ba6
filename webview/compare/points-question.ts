import type { ComparedPoints } from '../../src/protocol/schemas/compare';
import type { CompareModel } from './model';

export const GRID_SIDE = 9;
const SAMPLE_COUNT = 45;

/** Returns Nz if it is the same for all runs, else null. */
export function commonLatent({ runs }: CompareModel): number | null {
  const sizes = new Set(runs.map(({ latent }) => latent));
  return sizes.size === 1 ? [...sizes][0]! : null;
}

/** Returns the points that each run decodes: a grid if that was chosen and the runs have the same Nz, else draws of the prior. */
export function pointsOf(model: CompareModel): ComparedPoints {
  const { across, up, seed, points } = model.state.value;
  const latent = commonLatent(model);
  if (latent === null || points === 'samples') return { count: SAMPLE_COUNT, seed };
  const within = (d: number): number => Math.max(0, Math.min(d, latent - 1));
  return { dimensions: [within(across), within(up)], side: GRID_SIDE };
}
