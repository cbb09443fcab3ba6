import type { SampleSource } from '../../src/protocol/engine';

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
  /** Colours that were given to categories (custom-colours.ts). */
  readonly mapColours: readonly string[];
  /** What is sought in names and labels. */
  readonly mapSearch: string;
  readonly mapThumbnails: boolean;
  /** Whether the place under the mouse is decoded. */
  readonly mapDecode: boolean;
  /** Ids of the selected images. */
  readonly mapSelected: readonly string[];
  /** Id of the image whose card is shown, or empty. */
  readonly mapChosen: string;
  /** Which run and axes the place below is of; scale 0: all of it. */
  readonly mapPlaceOf: string;
  readonly mapCentreX: number;
  readonly mapCentreY: number;
  readonly mapScale: number;
  /** Place that the latent dimensions are shown around (start-points.ts). */
  readonly around: string;
  /** Coordinates that were moved from there, as `dimension=value`, and the run whose they are. */
  readonly edits: readonly string[];
  readonly editedRun: string;
  /** What the pictures along a dimension are quantiles of: `prior` or `aggregate`. */
  readonly quantilesOf: string;
  /** Rows of all active dimensions, and those of the dead ones. */
  readonly allDimensions: boolean;
  readonly deadOpen: boolean;
  readonly klTableOpen: boolean;
  /** What the manifold lies over: `dimensions` or `plane`; the two dimensions, -1 for those of largest KL; three places. */
  readonly surface: string;
  readonly across: number;
  readonly up: number;
  readonly through: readonly string[];
  /** What a direction is to be made of (set-choice.ts), and the images of the sets that were selected on the map. */
  readonly directionFrom: string;
  readonly directionTo: string;
  readonly directionFromIds: readonly string[];
  readonly directionToIds: readonly string[];
  /** File of the saved direction that is shown, what it moves (start-images.ts), and where to. */
  readonly direction: string;
  readonly directionAround: string;
  readonly directionPlace: number;
  /** The three images of the analogy (start-images.ts). */
  readonly analogy: readonly string[];
  /** `prior` or `aggregate`. */
  readonly sampleFrom: string;
  readonly sampleSeed: number;
  /** Step of the snapshot that is shown; -1 for the newest. */
  readonly timeStep: number;
  readonly timeAlign: boolean;
  /** Id of the image whose way is shown, or empty. */
  readonly timeChosen: string;
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
  mapColours: [],
  mapSearch: '',
  mapThumbnails: true,
  mapDecode: true,
  mapSelected: [],
  mapChosen: '',
  mapPlaceOf: '',
  mapCentreX: 0,
  mapCentreY: 0,
  mapScale: 0,
  around: '',
  edits: [],
  editedRun: '',
  quantilesOf: 'prior',
  allDimensions: false,
  deadOpen: false,
  klTableOpen: false,
  surface: 'dimensions',
  across: -1,
  up: -1,
  through: [],
  directionFrom: '',
  directionTo: '',
  directionFromIds: [],
  directionToIds: [],
  direction: '',
  directionAround: '',
  directionPlace: 0.5,
  analogy: [],
  sampleFrom: 'prior',
  sampleSeed: 0,
  timeStep: -1,
  timeAlign: true,
  timeChosen: '',
};

/** A remembered source; the prior where it is none. */
export function sourceOf(remembered: string): SampleSource {
  return remembered === 'aggregate' ? 'aggregate' : 'prior';
}
