/** How a pair of ONNX files is used as a model: what is fed to which input, and how what comes out is read. */
export interface ModelUse {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly encoder: EncoderUse;
  readonly decoder: DecoderUse;
}

export interface EncoderUse {
  readonly input: string;
  readonly element: 'float32' | 'uint8';
  readonly layout: ImageLayout;
  readonly scale: PixelScale;
  /** Images per call; null for any number. */
  readonly batch: number | null;
  /** Name of the output with the mean. */
  readonly mean: string;
  /** Null for an encoder that gives a point alone. */
  readonly spread: EncoderSpread | null;
}

export interface EncoderSpread {
  readonly output: string;
  readonly kind: Spread;
  /**
   * Only if the mean's output holds the spread as well, packed: how many numbers of the mean lie together, before as many of the
   * spread. The number of latent dimensions for two halves, fewer for halves of each row.
   */
  readonly block?: number | undefined;
}

export interface DecoderUse {
  readonly input: string;
  /** Sizes of one point in the input, such as [8] or [4, 8, 8]; a point is its numbers in this order. */
  readonly point: readonly number[];
  readonly output: string;
  readonly layout: ImageLayout;
  readonly scale: PixelScale;
  readonly batch: number | null;
}

/**
 * Order of an image's numbers: channels first, channels last, or one row per image of pixels with their channels last (`flat`) or of
 * one channel after the other (`flat-channels`).
 */
export const IMAGE_LAYOUTS = ['nchw', 'nhwc', 'flat', 'flat-channels'] as const;
export type ImageLayout = (typeof IMAGE_LAYOUTS)[number];

/** Values of black and white: 0 and 1; -1 and 1; normalised as for ImageNet, per channel; 0 and 255. */
export const PIXEL_SCALES = ['unit', 'signed', 'imagenet', 'bytes'] as const;
export type PixelScale = (typeof PIXEL_SCALES)[number];

/** The scales that images of so many channels can have. */
export const scalesOf = ({ channels }: Pick<ModelUse, 'channels'>): readonly PixelScale[] =>
  PIXEL_SCALES.filter((scale) => scale !== 'imagenet' || channels === 3);

/** What an encoder gives beside the mean. */
type Spread = 'log-variance' | 'standard-deviation';

/** Number of latent dimensions. */
export const latentOf = ({ decoder }: Pick<ModelUse, 'decoder'>): number =>
  decoder.point.reduce((size, side) => size * side, 1);

/** A pair of ONNX files that was trained elsewhere, and how they are used. */
export interface OpenedFiles {
  readonly encoder: Uint8Array;
  readonly decoder: Uint8Array;
  readonly use: ModelUse;
}

/** How a pair of files is used, as concluded. */
export interface InferredUse {
  readonly use: ModelUse;
  /** What was concluded, for the user to check. */
  readonly notes: readonly string[];
}
