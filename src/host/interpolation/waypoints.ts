import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Waypoint } from '../../protocol/latent';

/** A stop on a path as it is kept over a reload: plain data. */
export type KeptWaypoint =
  | { readonly uri: string }
  | { readonly id: string }
  | { readonly z: readonly number[]; readonly name: string };

export function waypointOf(kept: KeptWaypoint): Waypoint {
  return 'z' in kept ? { z: Float32Array.from(kept.z) } : kept;
}

/** What people call it. */
export function nameOf(kept: KeptWaypoint): string {
  if ('z' in kept) return kept.name;
  if ('id' in kept) return posix.basename(kept.id);
  try {
    return basename(fileURLToPath(kept.uri));
  } catch {
    return kept.uri;
  }
}

/**
 * Frames of a path, waypoints included: eleven between two, and for more so many in each segment that the whole can be
 * looked at.
 */
export function framesFor(waypoints: number): number {
  const segments = waypoints - 1;
  return segments === 1 ? 11 : 1 + segments * Math.max(2, Math.round(24 / segments));
}
