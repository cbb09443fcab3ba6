/** UMAP layouts: the map's images in a plane, with neighbours kept together. */

export interface LayoutParameters {
  /** Size of an image's neighbourhood, including itself. */
  readonly neighbours: number;
  /** Minimum distance between images in the layout. */
  readonly minDist: number;
  readonly seed: number;
  /** Maximum images fitted by UMAP, drawn with the seed; the others are placed among their nearest fitted images. */
  readonly most: number;
}

export const USUAL_LAYOUT: LayoutParameters = { neighbours: 15, minDist: 0.1, seed: 0, most: 100_000 };
export const LAYOUT_BOUNDS = {
  neighbours: [2, 200],
  minDist: [0, 0.99],
  seed: [0, Number.MAX_SAFE_INTEGER],
  most: [2, 1_000_000],
} as const satisfies Record<keyof LayoutParameters, readonly [least: number, most: number]>;

export function sameLayout(a: LayoutParameters, b: LayoutParameters): boolean {
  return (['neighbours', 'minDist', 'seed', 'most'] as const).every((name) => a[name] === b[name]);
}

/** A layout saved in the run folder. */
export interface MapLayout extends LayoutParameters {
  /** Identifies the layout's positions; unique per layout. */
  readonly id: string;
  /** Training step of the weights used to encode the images. */
  readonly step: number;
  /** Number of images fitted by UMAP. */
  readonly fitted: number;
  readonly epochs: number;
}

export interface LayoutProgress {
  /** Finding neighbours, optimising the layout, then placing the images that were not fitted. */
  readonly stage: 'neighbours' | 'layout' | 'rest';
  readonly done: number;
  readonly total: number;
}

export interface LayoutState {
  /** The latest layout, which may belong to an earlier encoding; null if there is none. */
  readonly saved: MapLayout | null;
  readonly job: LayoutProgress | null;
  /** Why the last layout failed, or empty. */
  readonly error: string;
}
