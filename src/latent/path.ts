/** Points on a way through latent space. Exact at both ends: t = 0 gives `from` and t = 1 gives `to`, bit for bit. */

/** Straight line. */
export function linear(from: Float32Array, to: Float32Array, t: number): Float32Array {
  if (t === 0) return from.slice();
  if (t === 1) return to.slice();
  return from.map((value, i) => (1 - t) * value + t * to[i]!);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/**
 * Spherical interpolation (Shoemake 1985): constant angular speed on the great circle through both directions; lengths
 * change smoothly. Straight where the circle is undefined: an end at the origin, or directions equal or opposite.
 */
export function spherical(from: Float32Array, to: Float32Array, t: number): Float32Array {
  if (t === 0 || t === 1) return linear(from, to, t);
  const lengths = Math.sqrt(dot(from, from) * dot(to, to));
  const cosine = lengths > 0 ? Math.max(-1, Math.min(1, dot(from, to) / lengths)) : 1;
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  if (sine < 1e-4) return linear(from, to, t);
  const a = Math.sin((1 - t) * angle) / sine;
  const b = Math.sin(t * angle) / sine;
  return from.map((value, i) => a * value + b * to[i]!);
}

/** `frames` points (at least 2) from end to end at equal t. @returns frames × Nz */
export function path(
  from: Float32Array,
  to: Float32Array,
  frames: number,
  isSpherical: boolean,
): Float32Array {
  const point = isSpherical ? spherical : linear;
  const result = new Float32Array(frames * from.length);
  for (let i = 0; i < frames; i++) result.set(point(from, to, i / (frames - 1)), i * from.length);
  return result;
}
