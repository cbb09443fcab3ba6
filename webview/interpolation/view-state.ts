/** Persisted state of the interpolation view. */
export interface InterpolationState {
  /** Position on the path: its integer part is a waypoint, its fraction the way to the next waypoint. */
  readonly t: number;
  readonly spherical: boolean;
  /** Whether the grid between the first four waypoints replaces the path. */
  readonly grid: boolean;
}

export const DEFAULT_INTERPOLATION_STATE: InterpolationState = { t: 0.5, spherical: false, grid: false };
