import type { ConvolutionAttributes } from '../../trace/operations';
import type { GraphBuilder } from './graph-builder';

/**
 * Convolutions on blocks: cutting an image into blocks the size of the strides, with each block's pixels side by side, turns a
 * convolution with strides into one without, whose filter taps are blocks of the same size. Images are
 * [batch, height, width, channels], filters [height, width, in, out]; -1 is the batch.
 */
type Sizes = readonly number[];

/** Geometry of a convolution; every `Sizes` is [height, width]. */
export interface Geometry extends ConvolutionAttributes {
  readonly image: Sizes;
  readonly filter: Sizes;
  /** Channels of the image; `outputs` are those of the result. */
  readonly channels: number;
  readonly outputs: number;
  readonly result: Sizes;
  /** Size of the filter in taps of one block each. */
  readonly taps: Sizes;
  /** Size of the image in blocks, as far as the taps cover it. */
  readonly grid: Sizes;
  /** Numbers per block. */
  readonly depth: number;
}

/** Computes the geometry of a convolution. @param imageShape @param filterShape full shapes; the batch size is ignored */
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

/** Pads the second and third dimension with zeros. */
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
 * Returns a part of the second and third dimension, padded with zeros where it extends beyond `present`.
 * @param starts of the part; below 0 to pad before
 */
function part(builder: GraphBuilder, x: string, present: Sizes, starts: Sizes, sizes: Sizes): string {
  const before = starts.map((start) => Math.max(0, -start));
  const after = sizes.map((size, i) => Math.max(0, starts[i]! + size - present[i]!));
  const from = starts.map((start) => Math.max(0, start));
  const isRest = sizes.every((size, i) => size === before[i]! + present[i]! + after[i]!);
  const enough = padded(builder, x, before, after);
  return isRest ? enough : slice(builder, enough, from, sizes);
}

/** Cuts an image into blocks: [batch, ...grid, depth]. */
export function blocksOf(builder: GraphBuilder, x: string, geometry: Geometry): string {
  const { padding, image, strides, grid, channels, depth } = geometry;
  const sizes = grid.map((count, i) => count * strides[i]!);
  const whole = part(builder, x, image, [-padding[0], -padding[2]], sizes);
  const rows = reshape(builder, whole, [-1, grid[0]!, strides[0], grid[1]!, strides[1] * channels]);
  return reshape(builder, transpose(builder, rows, [0, 1, 3, 2, 4]), [-1, ...grid, depth]);
}

/** Reassembles an image from its blocks; the inverse of `blocksOf`. */
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

/** Cuts a filter into taps, stacked as [taps * depth, outputs] or side by side as [depth, taps * outputs]. */
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

/** Reassembles a filter from its taps; the inverse of `tapsOf`. */
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
