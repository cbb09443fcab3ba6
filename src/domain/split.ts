export const SPLIT_NAMES = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** Default split of a run, see `SplitRequest`. */
export const DEFAULT_SPLIT = { validation: 0.1, test: 0.1, seed: 0 } as const;

/** Fewer images cannot be divided into three meaningful parts. */
export const MIN_IMAGES = 10;
