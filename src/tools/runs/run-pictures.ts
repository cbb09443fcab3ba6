import type { ToolHost } from '../tool-host';
import { drawn, sheet } from '../pictures';
import type { ToolPicture } from '../tool';

/** Pictures that a run's model makes of itself. */
export const RUN_PICTURES = ['reconstructions', 'samples'] as const;
export type RunPicture = (typeof RUN_PICTURES)[number];

/** Draws from the prior, and images of a row. */
const SAMPLES = 32;
const COLUMNS = 8;

/** Draws a picture of a run's newest model; null where there is none, as without the images of its dataset. */
export async function runPicture(
  host: ToolHost,
  folder: string,
  kind: RunPicture,
  signal: AbortSignal,
): Promise<ToolPicture | null> {
  if (kind === 'samples') {
    const { pictures } = await host.ask(folder, 'sample', { from: 'prior', count: SAMPLES, seed: 0 }, signal);
    return sheet(`${SAMPLES} samples: decoded draws from the prior, seed 0`, pictures, COLUMNS);
  }
  const made = await host.ask(folder, 'reconstructions', {}, signal);
  if (made === null || made.ids.length === 0) return null;
  return drawn('Images (above) and their reconstructions (below)', [made.originals, made.reconstructions]);
}
