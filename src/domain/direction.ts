/** Images of one kind: those with a label, those named, or all that are not in the other set. */
export type ImageSet =
  { readonly label: string } | { readonly ids: readonly string[] } | { readonly rest: true };

/** What a direction is of. `seed` divides the sets into halves, and at random. */
export type DirectionRequest =
  { readonly a: ImageSet; readonly b: ImageSet; readonly seed: number } | { readonly component: number };

/** A measure, and what the same came to over random divisions of the same images. */
export interface ScoreValue {
  /** Null where the held-out images do not vary along the direction. */
  readonly value: number | null;
  readonly chanceMean: number;
  readonly chance95: number;
}

/** How a direction that is fitted on a random half of each set does on the other half. */
export interface DirectionScore {
  /** Cosine between the directions of the two halves. */
  readonly agreement: ScoreValue;
  /** Cohen's d of the held-out images along the direction of the others. */
  readonly effect: ScoreValue;
  /** Random divisions. */
  readonly rounds: number;
  readonly seed: number;
}

/** Of all images of both sets; the posterior means are those of the map. */
export interface Direction {
  /** Nz: from the mean of A to the mean of B; for a component from one standard deviation below its mean to one above. */
  readonly vector: Float32Array;
  /** Nz: the place 0; `vector` farther is the place 1. */
  readonly start: Float32Array;
  /** Images of A and of B; those in both are left out. For a component all images, and 0. */
  readonly counts: readonly [number, number];
  /** Images that were in both sets. */
  readonly inBoth: number;
  /** Null for a component, and where a set has fewer than four images. */
  readonly score: DirectionScore | null;
  /** Training step of the weights, and the dataset's fingerprint. */
  readonly step: number;
  readonly fingerprint: string;
}

/** A direction as it is kept in the workspace. */
export interface SavedDirection extends Direction {
  readonly name: string;
  /** What A and B are, in words; for a component what it is, and nothing. */
  readonly from: string;
  readonly to: string;
  /** Name of the run that it was made with. */
  readonly run: string;
  /** Name of its file. */
  readonly file: string;
}

export interface SavedDirections {
  readonly directions: readonly SavedDirection[];
  /** Files that are none, and why. */
  readonly damaged: readonly string[];
}
