/** What the interpolation view remembers. */
export interface InterpolationState {
  /** Place on the path: a waypoint's number, and which part of the way from there to the next. */
  readonly t: number;
  readonly spherical: boolean;
  /** The grid between the first four waypoints instead of the path. */
  readonly grid: boolean;
}

export const DEFAULT_STATE: InterpolationState = { t: 0.5, spherical: false, grid: false };
