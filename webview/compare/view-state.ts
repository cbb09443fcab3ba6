/** Persisted state of the comparison; the host reads `runs` when the window is reloaded. */
export interface CompareState {
  /** URIs of the compared runs. */
  readonly runs: readonly string[];
  readonly logAxis: boolean;
  readonly training: boolean;
  /** URIs of runs whose curves are hidden. */
  readonly hidden: readonly string[];
  readonly allSettings: boolean;
  /** Id of the chosen image, or empty. */
  readonly chosen: string;
  /** Page of images, twelve per page. */
  readonly page: number;
  /** Points to decode, `grid` or `samples`, and the dimensions of the grid. */
  readonly points: string;
  readonly across: number;
  readonly up: number;
  readonly seed: number;
}

export const DEFAULT_COMPARE_STATE: CompareState = {
  runs: [],
  logAxis: true,
  training: true,
  hidden: [],
  allSettings: false,
  chosen: '',
  page: 0,
  points: 'grid',
  across: 0,
  up: 1,
  seed: 0,
};
