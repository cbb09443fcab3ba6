/** Paths through latent space, exact at both ends: t = 0 gives `from` and t = 1 gives `to`, bit for bit. */

/** Interpolates linearly. */
export function linear(from: Float32Array, to: Float32Array, t: number): Float32Array {
  if (t === 0) return from.slice();
  if (t === 1) return to.slice();
  return from.map((value, i) => (1 - t) * value + t * to[i]!);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/**
 * Interpolates spherically (Shoemake 1985): the direction turns at constant angular speed on the great circle through both
 * directions, while the length changes linearly. Linear where the circle is undefined: an end at the origin, or equal or
 * opposite directions.
 */
export function spherical(from: Float32Array, to: Float32Array, t: number): Float32Array {
  if (t === 0 || t === 1) return linear(from, to, t);
  const [start, end] = [Math.sqrt(dot(from, from)), Math.sqrt(dot(to, to))];
  const cosine = start * end > 0 ? Math.max(-1, Math.min(1, dot(from, to) / (start * end))) : 1;
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  if (sine < 1e-4) return linear(from, to, t);
  // Interpolates directions, not ends: for ends of unequal length in nearly opposite directions, the sum would be far off.
  const length = (1 - t) * start + t * end;
  const a = ((Math.sin((1 - t) * angle) / sine) * length) / start;
  const b = ((Math.sin(t * angle) / sine) * length) / end;
  return from.map((value, i) => a * value + b * to[i]!);
}

/**
 * Returns which of `frames` frames are the waypoints: the first, the last, and the others as evenly spaced as integers allow.
 * @throws RangeError unless there are at least two waypoints, and a frame for each
 */
export function waypointFrames(waypoints: number, frames: number): Uint32Array {
  if (!Number.isInteger(frames) || waypoints < 2 || frames < waypoints) {
    throw new RangeError(
      `path: got ${waypoints} waypoints and ${frames} frames, expected two waypoints at least, and a frame for each`,
    );
  }
  return Uint32Array.from({ length: waypoints }, (_, i) => Math.round((i * (frames - 1)) / (waypoints - 1)));
}

/**
 * Interpolates through all waypoints (at least 2), in order. All segments have the same number of frames, give or take one,
 * with equal steps within a segment. Each waypoint is a frame, bit for bit. @returns frames × Nz
 */
export function path(waypoints: readonly Float32Array[], frames: number, isSpherical: boolean): Float32Array {
  const at = waypointFrames(waypoints.length, frames);
  const point = isSpherical ? spherical : linear;
  const latent = waypoints[0]!.length;
  const result = new Float32Array(frames * latent);
  for (let segment = 0; segment + 1 < at.length; segment++) {
    const [first, last] = [at[segment]!, at[segment + 1]!];
    for (let frame = first; frame <= last; frame++) {
      const t = (frame - first) / (last - first);
      result.set(point(waypoints[segment]!, waypoints[segment + 1]!, t), frame * latent);
    }
  }
  return result;
}
