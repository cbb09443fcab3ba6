/** What the interpolation view remembers. */
export interface InterpolationState {
  /** Place on the path, 0 to 1. */
  readonly t: number;
  readonly spherical: boolean;
}

export const DEFAULT_STATE: InterpolationState = { t: 0.5, spherical: false };
