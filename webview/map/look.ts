import { toFailure } from '../../src/protocol/rpc';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';
import { fixedText, isDecodable } from './data/axis-explanation';
import type { PlotData } from './data/plot-data';
import { isUmap } from './data/umap-axes';
import { divided } from './canvas/polyline';
import type { MapPosition } from './canvas/polygon';

/** Returns the place in latent space at a position on the map; null if such positions cannot be decoded. */
export function placeAt({ data: { set }, x, y }: PlotData, at: MapPosition): LookedAt | null {
  const axes = [x, y] as const;
  if (!isDecodable(axes)) return null;
  const [across, up] = axes;
  return {
    place: { key: set.key, x: across, y: up, at: [...at] },
    explanation: fixedText(set, across, up),
  };
}

/** Returns the position of a place on these axes; null for a place of another map or other axes. */
export function positionOf({ data: { set }, x, y }: PlotData, looked: LookedAt | null): MapPosition | null {
  if (looked === null || !('at' in looked.place)) return null;
  const { key, x: across, y: up, at } = looked.place;
  return key === set.key && across === x && up === y ? at : null;
}

/** Opens the path through latent space under a line on the map. @returns why there is none; empty if it was opened */
export async function openPath(
  { client }: RunSession,
  { data: { set }, x, y }: PlotData,
  line: readonly MapPosition[],
): Promise<string> {
  const axes = [x, y] as const;
  if (!isDecodable(axes)) return t('A line on these axes has no points in latent space. Choose other axes.');
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
