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
  /** Columns along the map's axes and for its colours; empty for the usual ones. */
  readonly mapX: string;
  readonly mapY: string;
  readonly mapColour: string;
  /** Keys of the categories that are hidden. */
  readonly mapHidden: readonly string[];
  /** Id of the image whose card is shown, or empty. */
  readonly mapChosen: string;
  /** Which run and axes the place below is of; scale 0: all of it. */
  readonly mapPlaceOf: string;
  readonly mapCentreX: number;
  readonly mapCentreY: number;
  readonly mapScale: number;
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
  mapX: '',
  mapY: '',
  mapColour: '',
  mapHidden: [],
  mapChosen: '',
  mapPlaceOf: '',
  mapCentreX: 0,
  mapCentreY: 0,
  mapScale: 0,
};
