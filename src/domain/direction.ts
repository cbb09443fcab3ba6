/** A set of images: those with a label, those with given ids, or all that are not in the other set. */
export type ImageSet =
  { readonly label: string } | { readonly ids: readonly string[] } | { readonly rest: true };

/**
 * Definition of a direction: between two image sets, or along a principal component, by index. `seed` determines the random
 * halves and divisions.
 */
export type DirectionRequest =
  { readonly a: ImageSet; readonly b: ImageSet; readonly seed: number } | { readonly component: number };

/** A measure, with its mean and 95th percentile over random divisions of the same images. */
export interface ScoreValue {
  /** Null if the held-out images do not vary along the direction. */
  readonly value: number | null;
  readonly chanceMean: number;
  readonly chance95: number;
}

/** Held-out performance of a direction: fitted on a random half of each set, measured on the other half. */
export interface DirectionScore {
  /** Cosine between the directions of the two halves. */
  readonly agreement: ScoreValue;
  /** Cohen's d of the held-out images along the fitted direction. */
  readonly effect: ScoreValue;
  /** Number of random divisions. */
  readonly rounds: number;
  readonly seed: number;
}

/** A direction fitted on all images of both sets, from the posterior means of the map. */
export interface Direction {
  /**
   * Nz numbers: from the mean of A to the mean of B; for a component, of all images or of some, from one standard deviation below
   * its mean to one above.
   */
  readonly vector: Float32Array;
  /** Nz numbers: position 0 on the direction. Position 1 is one `vector` further. */
  readonly start: Float32Array;
  /** Number of images in A and in B, without those in both. For a component, the number of its images and 0. */
  readonly counts: readonly [number, number];
  /** Number of images in both sets. */
  readonly inBoth: number;
  /** Null for a component, or if a set has fewer than four images. */
  readonly score: DirectionScore | null;
  /** Training step of the weights, and the dataset's fingerprint. */
  readonly step: number;
  readonly fingerprint: string;
}

/** A direction saved in the workspace. */
export interface SavedDirection extends Direction {
  readonly name: string;
  /** Descriptions of A and B; for a component, its description and an empty string. */
  readonly from: string;
  readonly to: string;
  /** Name of the run that the direction was made with. */
  readonly run: string;
  /** File name. */
  readonly file: string;
}

export interface SavedDirections {
  readonly directions: readonly SavedDirection[];
  /** Files that are not valid directions, and why. */
  readonly damaged: readonly string[];
}
