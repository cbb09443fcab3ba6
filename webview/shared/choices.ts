import type { SampleSource } from '../../src/protocol/schemas/values';

/** The person's choices in the explorer, persisted as view state. What each belongs to is in SCOPES. */
export interface Choices {
  /** Tab in front; empty for the one that suits the run (workbench/tabs.ts). */
  readonly tab: string;
  /** Pane of the inspector, and whether it is open in a narrow view (inspector.ts). */
  readonly pane: string;
  readonly inspectorOpen: boolean;
  /** Ids of images of the dataset that were pinned to the tray, and keys of those chosen there, in the order of choice. */
  readonly pinned: readonly string[];
  readonly trayChosen: readonly string[];
  /** Keys of the images of the tray, newest first, and URIs of encoded files that were there before (tray.ts). */
  readonly trayOrder: readonly string[];
  readonly seenCards: readonly string[];
  readonly logAxis: boolean;
  /** Whether the y axis fits the whole curve instead of its tail. */
  readonly fullRange: boolean;
  readonly reconstruction: boolean;
  readonly kl: boolean;
  /** Whether the paper's curves are shown, if the run reproduces an experiment of Figure 2. */
  readonly paper: boolean;
  readonly tableOpen: boolean;
  readonly sortByKl: boolean;
  /** How the map lays the images out (axis-choices.ts); empty for the default. */
  readonly mapLayout: string;
  /** Columns for the map's axes, where two are chosen, and for its colours; empty for the defaults. */
  readonly mapX: string;
  readonly mapY: string;
  readonly mapColour: string;
  /** Names of classes of the run's classifier that were given a column. */
  readonly mapClasses: readonly string[];
  /** Keys of hidden categories. */
  readonly mapHidden: readonly string[];
  /** Custom colours of categories (custom-colours.ts). */
  readonly mapColours: readonly string[];
  /** Search text, matched against names, labels, tags and columns. */
  readonly mapSearch: string;
  /** Filters of columns (filters.ts), and ids of the images that alone are shown; empty for all. */
  readonly mapFilters: readonly string[];
  readonly mapIsolated: readonly string[];
  /** The same of a large set (packed-ids.ts); empty for a small one. */
  readonly mapIsolatedMany: string;
  /** Columns whose classes or histogram the Selection pane shows; and the one that sorts its images, and whether downwards. */
  readonly mapFacets: readonly string[];
  readonly mapSort: string;
  readonly mapSortDown: boolean;
  /** Whether the legend is `open` or `folded`; empty for what suits the width. */
  readonly mapLegend: string;
  /** Whether the table of the images in view is open. */
  readonly mapTable: boolean;
  readonly mapThumbnails: boolean;
  /** Whether the point under the mouse is decoded. */
  readonly mapDecode: boolean;
  /** Whether density contours and the names of clusters are drawn. */
  readonly mapContours: boolean;
  readonly mapClusters: boolean;
  /** Whether the decision regions of the run's classifier are drawn behind the points. */
  readonly mapRegions: boolean;
  /** How far positions on the map lie off its plane, from 0 to 1 (map/look.ts). */
  readonly mapOff: number;
  /** Ids of the selected images; a large selection is packed (packed-ids.ts). */
  readonly mapSelected: readonly string[];
  readonly mapSelectedMany: string;
  /** Key of the image that the inspector shows (inspector.ts), or empty. */
  readonly inspected: string;
  /** Run and axes that the viewport below belongs to; scale 0 shows the whole map. */
  readonly mapPlaceOf: string;
  readonly mapCentreX: number;
  readonly mapCentreY: number;
  readonly mapScale: number;
  /** The point that the tabs start from (start-points.ts). */
  readonly around: string;
  /** Edited coordinates of a point, as `dimension=value`, and the key of that point (start-points.ts). */
  readonly edits: readonly string[];
  readonly editsOf: string;
  /** Distribution whose quantiles are decoded along a dimension: `prior` or `aggregate`. */
  readonly quantilesOf: string;
  /** Whether the rows of all active dimensions are shown, and those of dead dimensions. */
  readonly allDimensions: boolean;
  readonly deadOpen: boolean;
  readonly klTableOpen: boolean;
  /**
   * Surface of the manifold, `dimensions` or `plane`: its two dimensions (-1 for those of largest KL), or the keys of the three
   * images of the plane.
   */
  readonly surface: string;
  readonly across: number;
  readonly up: number;
  readonly through: readonly string[];
  /** Sources of a new direction (set-choice.ts), and the image ids of sets that were selected on the map. */
  readonly directionFrom: string;
  readonly directionTo: string;
  readonly directionFromIds: readonly string[];
  readonly directionToIds: readonly string[];
  /** File of the selected direction, and the slider position. */
  readonly direction: string;
  readonly directionPlace: number;
  /** Keys of the three images of the analogy. */
  readonly analogy: readonly string[];
  /** Distribution that samples are drawn from: `prior` or `aggregate`. */
  readonly sampleFrom: string;
  readonly sampleSeed: number;
  /** Step of the snapshot that is shown; -1 for the newest. */
  readonly timeStep: number;
  /** Whether the images of an earlier step are turned to lie nearest to those of the map. */
  readonly timeAlign: boolean;
}

export const DEFAULT_CHOICES: Choices = {
  tab: '',
  pane: 'image',
  inspectorOpen: false,
  pinned: [],
  trayChosen: [],
  trayOrder: [],
  seenCards: [],
  logAxis: true,
  fullRange: false,
  reconstruction: false,
  kl: false,
  paper: false,
  tableOpen: false,
  sortByKl: false,
  mapLayout: '',
  mapX: '',
  mapY: '',
  mapColour: '',
  mapClasses: [],
  mapHidden: [],
  mapColours: [],
  mapSearch: '',
  mapFilters: [],
  mapIsolated: [],
  mapIsolatedMany: '',
  mapFacets: [],
  mapSort: '',
  mapSortDown: false,
  mapLegend: '',
  mapTable: false,
  mapThumbnails: true,
  mapDecode: true,
  mapContours: false,
  mapRegions: false,
  mapClusters: false,
  mapOff: 0,
  mapSelected: [],
  mapSelectedMany: '',
  inspected: '',
  mapPlaceOf: '',
  mapCentreX: 0,
  mapCentreY: 0,
  mapScale: 0,
  around: 'image',
  edits: [],
  editsOf: '',
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
  directionPlace: 0.5,
  analogy: [],
  sampleFrom: 'prior',
  sampleSeed: 0,
  timeStep: -1,
  timeAlign: true,
};

/** What a choice belongs to. */
export type Scope = 'window' | 'run' | 'dataset';

const OF_WINDOW = [
  ...['inspectorOpen', 'seenCards'],
  ...['logAxis', 'fullRange', 'reconstruction', 'kl', 'tableOpen', 'sortByKl'],
  ...[
    'mapThumbnails',
    'mapDecode',
    'mapContours',
    'mapRegions',
    'mapClusters',
    'mapLegend',
    'mapTable',
    'klTableOpen',
    'timeAlign',
  ],
] as readonly (keyof Choices)[];
const OF_DATASET = [
  ...['pinned', 'trayChosen', 'trayOrder', 'mapSelected', 'mapSelectedMany'],
  ...['directionFrom', 'directionTo', 'directionFromIds', 'directionToIds', 'analogy', 'through'],
] as readonly (keyof Choices)[];

/** All others belong to the run. */
export const SCOPES = Object.fromEntries(
  (Object.keys(DEFAULT_CHOICES) as (keyof Choices)[]).map((name) => [
    name,
    OF_WINDOW.includes(name) ? 'window' : OF_DATASET.includes(name) ? 'dataset' : 'run',
  ]),
) as Readonly<Record<keyof Choices, Scope>>;

/** Parses a remembered source; defaults to the prior. */
export function klSourceOf(remembered: string): SampleSource {
  return remembered === 'aggregate' ? 'aggregate' : 'prior';
}
