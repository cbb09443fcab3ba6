import { toFailure } from '../../src/protocol/rpc';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';
import { fixedText, isDecodable, isLinear } from './data/axis-explanation';
import type { PlotData } from './data/plot-data';
import { isUmap } from './data/umap-axes';
import { divided } from './canvas/polyline';
import type { MapPosition } from './canvas/polygon';

/** Number of images around a position whose mean lies off the plane of the map. */
export const OFF_PLANE_IMAGES = 8;

/** Whether positions on the map's plane leave coordinates open. A UMAP layout is no plane. */
export function hasOffPlane({ data: { set }, x, y, then }: PlotData): boolean {
  return set.dimensions > 2 && isLinear([x, y]) && then === null;
}

/**
 * Returns the place in latent space at a position on the map; null if such positions cannot be decoded.
 * At an earlier step it is a place of that step's latent space.
 * @param off from 0, on the plane of the map, to 1, at the mean of the images nearest to the position
 */
export function placeAt(drawn: PlotData, at: MapPosition, off = 0): LookedAt | null {
  const { data, x, y } = drawn;
  const { set } = data;
  const axes = [x, y] as const;
  if (!isDecodable(axes)) return null;
  const [across, up] = axes;
  const place = { key: set.key, x: across, y: up, at: [at[0], at[1]] as const };
  const explanation = fixedText(set, across, up);
  if (drawn.then !== null) {
    const { step, frame } = drawn.then;
    return { place: { ...place, snapshot: { step, align: frame.align } }, explanation };
  }
  if (off === 0 || !hasOffPlane(drawn)) return { place, explanation };
  return {
    place: { ...place, off: { towards: { nearest: OFF_PLANE_IMAGES }, t: off } },
    explanation: t(
      '{0}; then {1} % of the way to the mean of the {2} images nearest on the map',
      explanation,
      Math.round(100 * off),
      OFF_PLANE_IMAGES,
    ),
  };
}

/** Returns the position of a place on these axes, at whatever step; null for a place of another map or other axes. */
export function positionOf({ data: { set }, x, y }: PlotData, looked: LookedAt | null): MapPosition | null {
  if (looked === null || !('at' in looked.place)) return null;
  const { key, x: across, y: up, at } = looked.place;
  return key === set.key && across === x && up === y ? at : null;
}

/** Opens the path through latent space under a line on the map. @returns why there is none; empty if it was opened */
export async function openPath(
  { client }: RunSession,
  { data: { set }, x, y, then }: PlotData,
  line: readonly MapPosition[],
): Promise<string> {
  const axes = [x, y] as const;
  if (!isDecodable(axes)) return t('A line on these axes has no points in latent space. Choose other axes.');
  if (then !== null)
    return t('A path is decoded by the newest weights. Go to the newest step to draw a line to it.');
  const [across, up] = axes;
  // On UMAP axes even a straight line passes other images between its ends.
  const places = isUmap(across) ? divided(line) : line;
  try {
    await client.call('interpolateLine', {
      ...{ key: set.key, x: across, y: up, places: Float32Array.from(places.flat()) },
      note: t('Under a line on the map: {0}.', fixedText(set, across, up)),
    });
    return '';
  } catch (error) {
    return toFailure(error).message;
  }
}
