import { linear, path, spherical, waypointFrames } from '../latent/path';
import type { Pictures } from '../domain/pictures';
import { decodeAlone, decodePictures } from './decode';
import type { Model } from './model';

/** Maximum frames of an interpolation. */
export const MAX_FRAMES = 1000;

export interface PathPoints {
  /** Frame numbers of the waypoints. */
  readonly at: Uint32Array;
  /** frames × Nz. */
  readonly linear: Float32Array;
  readonly spherical: Float32Array;
}

/** Returns the linear and spherical path, exact at the waypoints. @throws RangeError for an invalid number of either */
export function pathPoints(waypoints: readonly Float32Array[], frames: number): PathPoints {
  if (!Number.isInteger(frames) || frames < 2 || frames > MAX_FRAMES) {
    throw new RangeError(`frames: got ${frames}, expected a whole number from 2 to ${MAX_FRAMES}`);
  }
  return {
    at: waypointFrames(waypoints.length, frames),
    linear: path(waypoints, frames, false),
    spherical: path(waypoints, frames, true),
  };
}

/**
 * Decodes both paths through the waypoints. Decodes each waypoint separately, so that its frame has the same bytes as an
 * image's card.
 */
export async function interpolate(
  model: Model,
  waypoints: readonly Float32Array[],
  frames: number,
): Promise<{ linear: Pictures; spherical: Pictures; points: PathPoints }> {
  const points = pathPoints(waypoints, frames);
  const decoded = async (z: Float32Array): Promise<Pictures> =>
    decodeAlone(model, await decodePictures(model, z, frames), z, points.at);
  return { linear: await decoded(points.linear), spherical: await decoded(points.spherical), points };
}

/** Decodes one frame at t in [0, 1]. @throws RangeError for another t */
export function pathFrame(
  model: Model,
  from: Float32Array,
  to: Float32Array,
  t: number,
  isSpherical: boolean,
): Promise<Pictures> {
  if (!(t >= 0 && t <= 1)) throw new RangeError(`t: got ${t}, expected a number from 0 to 1`);
  return decodePictures(model, (isSpherical ? spherical : linear)(from, to, t), 1);
}
