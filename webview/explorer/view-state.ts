/** What the explorer remembers of a person's choices. */
export interface ExplorerState {
  readonly logAxis: boolean;
  /** Show the whole curve instead of the part that matters now. */
  readonly fullRange: boolean;
  readonly reconstruction: boolean;
  readonly kl: boolean;
  /** Show the paper's curves behind those of a run that repeats its experiment. */
  readonly paper: boolean;
  readonly tableOpen: boolean;
  readonly sortByKl: boolean;
  /** URIs of the cards chosen for an interpolation, in the order of choice. */
  readonly selected: readonly string[];
  readonly scroll: number;
}

export const DEFAULT_STATE: ExplorerState = {
  logAxis: true,
  fullRange: false,
  reconstruction: false,
  kl: false,
  paper: false,
  tableOpen: false,
  sortByKl: false,
  selected: [],
  scroll: 0,
};
