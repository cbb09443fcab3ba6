/** How an image of another aspect ratio is brought to the model's shape. */
export const FITS = ['crop', 'pad', 'stretch'] as const;
export type Fit = (typeof FITS)[number];

/** Which pages of a TIFF or frames of an animation are images of the dataset. */
export const PAGE_CHOICES = ['first', 'all'] as const;
export type PageChoice = (typeof PAGE_CHOICES)[number];

/** The colour below transparent pixels: a name or `#rrggbb`. */
export const BACKGROUND = /^(white|black|#[0-9a-f]{6})$/;

/**
 * Rules that turn files into images. Runs made by versions up to 0.1.0 were trained on images that were read by the rules 1,
 * and see the same images for ever.
 */
export const READING_RULES = [1, 2] as const;
export type ReadingRules = (typeof READING_RULES)[number];

/** What determines the pixels of an image, besides its file and the model's shape. */
export interface ImageReading {
  readonly rules: ReadingRules;
  readonly fit: Fit;
  readonly background: string;
  /** Stored values that become black and white; null for the range of the file's type. */
  readonly range: readonly [low: number, high: number] | null;
}

/** Choices of the user, or what was found in the data and is kept for later images; absent where it is still open. */
export interface ReadingChoice {
  /** 2 if absent. */
  readonly rules?: ReadingRules;
  readonly fit?: Fit;
  readonly background?: string;
  readonly pages?: PageChoice;
  readonly range?: readonly [low: number, high: number];
}

/** Completes a choice. */
export function imageReading({ rules = 2, fit = 'crop', background, range }: ReadingChoice): ImageReading {
  return { rules, fit, background: background ?? 'white', range: range ?? null };
}

/**
 * Names the rules of a new dataset's source, as whatever records it must: what was recorded without them was read by the rules of
 * early runs.
 */
export function withRules<T extends { readonly kind: string }>(source: T): T {
  return source.kind === 'digits' ? source : { rules: 2, ...source };
}
