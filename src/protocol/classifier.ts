/** Answers about the classifier that a person attached to a run. Classes are numbered in the order of `names`. */

/** Maximum classes that an answer has numbers of. */
export const MAX_SHOWN_CLASSES = 32;
/** Maximum classes that have a column of the map without being asked for, and of those that are. */
export const MAX_CLASS_COLUMNS = 50;
/** Maximum side of a grid of decision regions. */
export const MAX_REGION_SIDE = 96;
/** Maximum images that a direction is scored with. */
export const MAX_EFFECT_IMAGES = 1000;

/** The classifier of a run. */
interface ClassifierView {
  /** Identifies the file and how it is used. */
  readonly key: string;
  /** Name of the file that was attached. */
  readonly from: string;
  readonly names: readonly string[];
  /** Size of the images that it takes. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** What it says about the images of the dataset. */
interface ClassifiedImages {
  readonly count: number;
  /** Number of images of which each class is the most probable. */
  readonly images: Uint32Array;
  /** Whether these are the images of the map. Null without a map. */
  readonly areOfMap: boolean | null;
}

export interface ClassifierState {
  /** Null if the run has none. */
  readonly classifier: ClassifierView | null;
  /** Null until it has classified the images. */
  readonly classified: ClassifiedImages | null;
  /** Progress of classifying, in images. */
  readonly job: { readonly done: number; readonly total: number } | null;
  /** Why the classifier cannot be used, or classifying failed; or empty. */
  readonly error: string;
}

/** Probabilities of the classes of decoded points. */
export interface ClassifiedPoints {
  /** The classes that are most probable anywhere among the points, by their largest probability. */
  readonly classes: Uint32Array;
  /** Their names. */
  readonly names: readonly string[];
  /** points × classes. */
  readonly probabilities: Float32Array;
  /** The most probable of all classes, for each point. */
  readonly top: Uint32Array;
  /** Training step of the weights that decoded them. */
  readonly step: number;
}

/** The most probable class over a part of the map. Cells are in rows from the lowest y, each from the lowest x. */
export interface DecisionRegions {
  readonly side: number;
  /** side². */
  readonly classes: Uint32Array;
  /** Probability of that class; side². */
  readonly probabilities: Float32Array;
  readonly step: number;
}

/** How a direction moves the probabilities of classes: from one step backwards to one step forwards, over images. */
export interface DirectionEffect {
  /** Those that change the most, the largest mean change first, whatever its sign. */
  readonly classes: Uint32Array;
  /** Mean over the images of p(one step forwards) - p(one step backwards), for each of `classes`. */
  readonly changes: Float64Array;
  /** Standard error of each mean; NaN for a single image. */
  readonly standardErrors: Float64Array;
  /** Number of images, spread evenly over those of the map. */
  readonly images: number;
  readonly step: number;
}
