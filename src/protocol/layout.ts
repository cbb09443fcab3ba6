/** UMAP: a layout of the map's images in the plane that keeps neighbours together. */

export interface LayoutParameters {
  /** Size of an image's neighbourhood, itself included. */
  readonly neighbours: number;
  /** How near images may lie to each other in the layout. */
  readonly minDist: number;
  readonly seed: number;
  /** Most images that are laid out themselves, drawn by the seed: others are put among their nearest ones of these. */
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

/** A layout that is kept in the run folder. */
export interface MapLayout extends LayoutParameters {
  /** Names its places: another layout has another. */
  readonly id: string;
  /** Training step of the weights that the images were encoded with. */
  readonly step: number;
  /** Images that were laid out themselves. */
  readonly fitted: number;
  readonly epochs: number;
}

export interface LayoutProgress {
  /** Finding neighbours, moving the images, and putting the others among them. */
  readonly stage: 'neighbours' | 'layout' | 'rest';
  readonly done: number;
  readonly total: number;
}

export interface LayoutState {
  /** The last one that was made, maybe of images as they were encoded before; null for none. */
  readonly saved: MapLayout | null;
  readonly job: LayoutProgress | null;
  /** Why the last one failed, or empty. */
  readonly error: string;
}

/** What an engine and a panel offer alike; both answer with the state of the map. */
export interface LayoutMethods<State> {
  /**
   * Lays out the encoded images in the background; answers at once. One that is under way with other parameters ends.
   * @throws `bad-input` for parameters that these images cannot have, `not-ready` where they are not encoded
   */
  startLayout(params: LayoutParameters): State;
  /** The layout of before stays. */
  cancelLayout(params: object): void;
}
