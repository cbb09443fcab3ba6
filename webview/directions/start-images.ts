import { ORIGIN, encodedStartPoints, startPointOf } from '../shared/start-points';
import type { StartPoint } from '../shared/start-points';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';
import type { PathEnd } from '../../src/protocol/schemas/values';

/** Prefix of the key of an image on the map; for other keys see start-points.ts. */
const MAP = 'map:';

const mapStartPoint = (id: string): StartPoint => ({
  value: MAP + id,
  label: t('{0} (map)', id.slice(id.lastIndexOf('/') + 1)),
});

/**
 * Returns images to move or compare: the encoded images, the image chosen on the map, and map images chosen earlier.
 * @param remembered keys from the view state
 */
export function imageStartPoints(
  model: Pick<RunSession, 'cards'>,
  chosenOnMap: string,
  remembered: readonly string[],
): StartPoint[] {
  const ids = remembered.filter((key) => key.startsWith(MAP)).map((key) => key.slice(MAP.length));
  const onMap = [...new Set([...(chosenOnMap === '' ? [] : [chosenOnMap]), ...ids])];
  return [...encodedStartPoints(model), ...onMap.map(mapStartPoint)];
}

export function startPointsWithOrigin(...args: Parameters<typeof imageStartPoints>): StartPoint[] {
  return [ORIGIN, ...imageStartPoints(...args)];
}

/** Resolves a key to the engine's parameter: the posterior mean for an image on the map, null for the origin. */
export async function anchorOf(client: ExplorerClient, key: string, latent: number): Promise<PathEnd | null> {
  if (!key.startsWith(MAP)) return startPointOf(key, latent);
  const [card] = await client.call('mapCards', { ids: [key.slice(MAP.length)] });
  return card === undefined ? null : { z: card.mean };
}
