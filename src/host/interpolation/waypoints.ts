import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Waypoint } from '../../protocol/schemas/values';

/** A waypoint as kept across a reload: plain data. */
export type KeptWaypoint =
  | { readonly uri: string }
  | { readonly id: string }
  | { readonly z: readonly number[]; readonly name: string };

export function waypointOf(kept: KeptWaypoint): Waypoint {
  return 'z' in kept ? { z: Float32Array.from(kept.z) } : kept;
}

/** Returns the display name of a waypoint. */
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
 * Returns the number of frames of a path, waypoints included: eleven between two waypoints; with more waypoints, fewer per
 * segment, so that the whole path can be viewed.
 */
export function framesFor(waypoints: number): number {
  const segments = waypoints - 1;
  return segments === 1 ? 11 : 1 + segments * Math.max(2, Math.round(24 / segments));
}
