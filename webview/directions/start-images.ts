import { ORIGIN, encodedStartPoints, startPointOf } from '../shared/start-points';
import type { StartPoint } from '../shared/start-points';
import type { ExplorerClient, ExplorerModel } from '../shared/explorer-model';
import { t } from '../shared/l10n';
import type { PathEnd } from '../../src/protocol/points';

/** Marks an image of the map by its id, beside what start-points.ts has. */
const MAP = 'map:';

export const mapPlace = (id: string): StartPoint => ({
  value: MAP + id,
  label: t('{0} (map)', id.slice(id.lastIndexOf('/') + 1)),
});

/**
 * Images that can be moved or compared: those that are encoded, the one that is chosen on the map, and those of the map that
 * were chosen before. @param remembered what a view's state holds
 */
export function imagePlaces(
  model: Pick<ExplorerModel, 'cards'>,
  chosenOnMap: string,
  remembered: readonly string[],
): StartPoint[] {
  const ids = remembered.filter((key) => key.startsWith(MAP)).map((key) => key.slice(MAP.length));
  const onMap = [...new Set([...(chosenOnMap === '' ? [] : [chosenOnMap]), ...ids])];
  return [...encodedStartPoints(model), ...onMap.map(mapPlace)];
}

export function anchorPlaces(...args: Parameters<typeof imagePlaces>): StartPoint[] {
  return [ORIGIN, ...imagePlaces(...args)];
}

/** What the engine is asked for; an image of the map becomes its posterior mean. Null for the origin. */
export async function anchorOf(client: ExplorerClient, key: string, latent: number): Promise<PathEnd | null> {
  if (!key.startsWith(MAP)) return startPointOf(key, latent);
  const [card] = await client.call('mapCards', { ids: [key.slice(MAP.length)] });
  return card === undefined ? null : { z: card.mean };
}
