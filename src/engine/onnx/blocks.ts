import type { ConvolutionAttributes } from '../../trace/operations';
import type { GraphBuilder } from './graph-builder';

/**
 * An image cut into blocks as large as the strides, each with all its pixels side by side, makes a convolution with strides
 * one without: of blocks with taps, which are as large as the strides, too. Images are [batch, height, width, channels],
 * filters [height, width, in, out]; -1 stands for the batch.
 */
type Sizes = readonly number[];

/** Sizes are height and width. */
export interface Geometry extends ConvolutionAttributes {
  readonly image: Sizes;
  readonly filter: Sizes;
  /** Channels of the image and of the result. */
  readonly channels: number;
  readonly outputs: number;
  readonly result: Sizes;
  /** Taps of the filter in a column and in a row. */
  readonly taps: Sizes;
  /** Blocks of the image that the taps see. */
  readonly grid: Sizes;
  /** Numbers in a block. */
  readonly depth: number;
}

/** @param imageShape @param filterShape whole shapes; the batch may be anything */
export function geometryOf(
  attributes: ConvolutionAttributes,
  imageShape: Sizes,
  filterShape: Sizes,
): Geometry {
  const { padding, strides } = attributes;
  const image = imageShape.slice(1, 3);
  const [height, width, channels, outputs] = filterShape as [number, number, number, number];
  const filter = [height, width];
  const result = image.map((size, i) => {
    const padded = size + padding[2 * i]! + padding[2 * i + 1]!;
    return Math.floor((padded - filter[i]!) / strides[i]!) + 1;
  });
  const taps = filter.map((size, i) => Math.ceil(size / strides[i]!));
  const grid = result.map((size, i) => size + taps[i]! - 1);
  const depth = strides[0] * strides[1] * channels;
  return { ...attributes, image, filter, channels, outputs, result, taps, grid, depth };
}

export function reshape(builder: GraphBuilder, x: string, shape: Sizes): string {
  return builder.add('Reshape', [x, builder.integers(shape)]);
}

const transpose = (builder: GraphBuilder, x: string, permutation: Sizes): string =>
  builder.add('Transpose', [x], { perm: { ints: permutation } });

/** Zeros before and after the second and third dimension. */
export function padded(builder: GraphBuilder, x: string, before: Sizes, after: Sizes): string {
  if ([...before, ...after].every((size) => size === 0)) return x;
  return builder.add('Pad', [x, builder.integers([0, ...before, 0, 0, ...after, 0])]);
}

export function slice(
  builder: GraphBuilder,
  x: string,
  starts: Sizes,
  sizes: Sizes,
  axes: Sizes = [1, 2],
): string {
  const ends = starts.map((start, i) => start + sizes[i]!);
  return builder.add('Slice', [x, ...[starts, ends, axes].map((values) => builder.integers(values))]);
}

/**
 * A part of the second and third dimension, with zeros where that is larger than what there is.
 * @param starts of the part, below 0 for zeros before
 */
function part(builder: GraphBuilder, x: string, present: Sizes, starts: Sizes, sizes: Sizes): string {
  const before = starts.map((start) => Math.max(0, -start));
  const after = sizes.map((size, i) => Math.max(0, starts[i]! + size - present[i]!));
  const from = starts.map((start) => Math.max(0, start));
  const isRest = sizes.every((size, i) => size === before[i]! + present[i]! + after[i]!);
  const enough = padded(builder, x, before, after);
  return isRest ? enough : slice(builder, enough, from, sizes);
}

/** [batch, grid, depth] */
export function blocksOf(builder: GraphBuilder, x: string, geometry: Geometry): string {
  const { padding, image, strides, grid, channels, depth } = geometry;
  const sizes = grid.map((count, i) => count * strides[i]!);
  const whole = part(builder, x, image, [-padding[0], -padding[2]], sizes);
  const rows = reshape(builder, whole, [-1, grid[0]!, strides[0], grid[1]!, strides[1] * channels]);
  return reshape(builder, transpose(builder, rows, [0, 1, 3, 2, 4]), [-1, ...grid, depth]);
}

/** The image whose blocks these are. */
export function imageBlockOf(builder: GraphBuilder, blocks: string, geometry: Geometry): string {
  const { padding, image, strides, grid, channels } = geometry;
  const columns = reshape(builder, blocks, [-1, ...grid, strides[0], strides[1] * channels]);
  const sizes = grid.map((count, i) => count * strides[i]!);
  const whole = reshape(builder, transpose(builder, columns, [0, 1, 3, 2, 4]), [-1, ...sizes, channels]);
  return part(builder, whole, sizes, [padding[0], padding[2]], image);
}

const split = ({ taps, strides, channels, outputs }: Geometry): Sizes => [
  taps[0]!,
  strides[0],
  taps[1]!,
  strides[1] * channels,
  outputs,
];

/** The filter as taps, below one another [taps * depth, outputs] or side by side [depth, taps * outputs]. */
export function tapsOf(
  builder: GraphBuilder,
  filter: string,
  geometry: Geometry,
  sideBySide: boolean,
): string {
  const { taps, strides, depth, outputs, filter: size } = geometry;
  const missing = taps.map((count, i) => count * strides[i]! - size[i]!);
  const whole = missing.every((count) => count === 0)
    ? filter
    : builder.add('Pad', [filter, builder.integers([0, 0, 0, 0, ...missing, 0, 0])]);
  const parts = reshape(builder, whole, split(geometry));
  const count = taps[0]! * taps[1]!;
  return sideBySide
    ? reshape(builder, transpose(builder, parts, [1, 3, 0, 2, 4]), [depth, count * outputs])
    : reshape(builder, transpose(builder, parts, [0, 2, 1, 3, 4]), [count * depth, outputs]);
}

/** The filter whose taps these are. */
export function filterOf(
  builder: GraphBuilder,
  taps: string,
  geometry: Geometry,
  sideBySide: boolean,
): string {
  const { strides, channels, outputs, filter, taps: counts } = geometry;
  const [rows, height, columns, width] = split(geometry) as [number, number, number, number];
  const parts = sideBySide
    ? transpose(builder, reshape(builder, taps, [height, width, rows, columns, outputs]), [2, 0, 3, 1, 4])
    : transpose(builder, reshape(builder, taps, [rows, columns, height, width, outputs]), [0, 2, 1, 3, 4]);
  const sizes = counts.map((count, i) => count * strides[i]!);
  const whole = reshape(builder, parts, [...sizes, channels, outputs]);
  const isWhole = sizes.every((size, i) => size === filter[i]);
  return isWhole ? whole : slice(builder, whole, [0, 0], filter, [0, 1]);
}
