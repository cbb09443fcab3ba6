import { linear, path, spherical } from '../latent/path';
import type { Pictures } from '../protocol/pictures';
import { decodePictures } from './decode';
import type { Model } from './model';

/** Most frames of one interpolation. */
export const MAX_FRAMES = 1000;

/** Decodes `frames` points on the linear and on the spherical path; both start and end exactly at the ends. */
export async function interpolate(
  model: Model,
  from: Float32Array,
  to: Float32Array,
  frames: number,
): Promise<{ linear: Pictures; spherical: Pictures }> {
  if (!Number.isInteger(frames) || frames < 2 || frames > MAX_FRAMES) {
    throw new RangeError(`frames: got ${frames}, expected a whole number from 2 to ${MAX_FRAMES}`);
  }
  return {
    linear: await decodePictures(model, path(from, to, frames, false), frames),
    spherical: await decodePictures(model, path(from, to, frames, true), frames),
  };
}

/** One frame at t in [0, 1]. */
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
