import { pathToFileURL } from 'node:url';
import type { Waypoint } from '../protocol/schemas/values';
import { confinedPath } from './confined-path';
import type { ImageOrPoint } from './fields';
import { ToolError } from './tool-error';
import type { ToolHost } from './tool-host';
import { counted } from './counted';

/** Converts an image or a point to what engines take. @throws ToolError for a path outside of the workspace */
export async function placeOf(host: ToolHost, place: ImageOrPoint): Promise<Waypoint> {
  if ('path' in place) return { uri: pathToFileURL(await confinedPath(host, place.path, 'read')).href };
  return 'id' in place ? { id: place.id } : { z: Float32Array.from(place.point) };
}

/** Returns how a place is called in results. */
export const nameOf = (place: ImageOrPoint): string =>
  'path' in place ? place.path : 'id' in place ? place.id : 'point';

/** Checks that points have as many coordinates as a model has latent dimensions. @throws ToolError */
export function checkPoints(places: readonly ImageOrPoint[], latent: number): void {
  for (const place of places) {
    if (!('point' in place) || place.point.length === latent) continue;
    throw new ToolError(
      'bad-input',
      `got a point of ${counted(place.point.length, 'number')}, expected ${latent}: this run has ${counted(latent, 'latent dimension')}`,
    );
  }
}
