import { blocksOf, filterOf, imageBlockOf, padded, reshape, slice, tapsOf } from './blocks';
import type { Geometry } from './blocks';
import type { GraphBuilder } from './graph-builder';

/**
 * Returns whether a convolution shifts the results of its taps (true) or gathers the blocks under them (false).
 * Convolutions run as matrix products, because ONNX Runtime's own kernels are made for weights that never change and are
 * several times slower otherwise. Each is a product of blocks with taps (blocks.ts), in one of two ways: the blocks under the
 * taps are laid side by side before the product, or each tap's results for all blocks are shifted and summed after it. Copies
 * cost more than products here, so the way that copies fewer numbers is chosen.
 */
function shiftsResults({ outputs, depth }: Geometry): boolean {
  return outputs < depth;
}

/** Returns the row and column of each tap. */
function offsets({ taps }: Geometry): [number, number][] {
  const [rows, columns] = taps as [number, number];
  return Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
}

function sideBySide(builder: GraphBuilder, pieces: readonly string[]): string {
  return pieces.length === 1 ? pieces[0]! : builder.add('Concat', pieces, { axis: { int: 3 } });
}

function sum(builder: GraphBuilder, pieces: readonly string[]): string {
  return pieces.length === 1 ? pieces[0]! : builder.add('Sum', pieces);
}

/** Gathers the blocks under the taps at each output position: [batch * positions, taps * depth]. */
function seen(builder: GraphBuilder, image: string, geometry: Geometry): string {
  const blocks = blocksOf(builder, image, geometry);
  const pieces = offsets(geometry).map((offset) => slice(builder, blocks, offset, geometry.result));
  return reshape(builder, sideBySide(builder, pieces), [-1, pieces.length * geometry.depth]);
}

/** Pads a tensor of output positions to the grid of blocks, shifted by the tap's offset. */
function shifted(
  builder: GraphBuilder,
  piece: string,
  offset: readonly number[],
  { taps }: Geometry,
): string {
  const after = offset.map((start, i) => taps[i]! - 1 - start);
  return padded(builder, piece, offset, after);
}

/** Copies the gradient to the blocks under each tap: [batch * blocks, taps * outputs]. */
function spread(builder: GraphBuilder, gradient: string, geometry: Geometry): string {
  const pieces = offsets(geometry).map((offset) => shifted(builder, gradient, offset, geometry));
  return reshape(builder, sideBySide(builder, pieces), [-1, pieces.length * geometry.outputs]);
}

export function convolve(builder: GraphBuilder, image: string, filter: string, geometry: Geometry): string {
  const { result, grid, depth, outputs } = geometry;
  if (!shiftsResults(geometry)) {
    const factors = [seen(builder, image, geometry), tapsOf(builder, filter, geometry, false)];
    return reshape(builder, builder.add('Gemm', factors), [-1, ...result, outputs]);
  }
  const blocks = reshape(builder, blocksOf(builder, image, geometry), [-1, depth]);
  const product = builder.add('Gemm', [blocks, tapsOf(builder, filter, geometry, true)]);
  const places = offsets(geometry);
  const all = reshape(builder, product, [-1, ...grid, places.length * outputs]);
  const pieces = places.map((offset, tap) =>
    slice(builder, all, [...offset, tap * outputs], [...result, outputs], [1, 2, 3]),
  );
  return sum(builder, pieces);
}

export function filterGradient(
  builder: GraphBuilder,
  image: string,
  gradient: string,
  geometry: Geometry,
): string {
  const { depth, outputs } = geometry;
  const shifts = shiftsResults(geometry);
  const factors = shifts
    ? [reshape(builder, blocksOf(builder, image, geometry), [-1, depth]), spread(builder, gradient, geometry)]
    : [seen(builder, image, geometry), reshape(builder, gradient, [-1, outputs])];
  const product = builder.add('Gemm', factors, { transA: { int: 1 } });
  return filterOf(builder, product, geometry, shifts);
}

/** Builds the transpose of `convolve`: sums what each output position contributes to the pixels under its taps. */
export function imageGradient(
  builder: GraphBuilder,
  gradient: string,
  filter: string,
  geometry: Geometry,
): string {
  const { result, grid, depth, outputs } = geometry;
  const transposed = { transB: { int: 1 } };
  if (shiftsResults(geometry)) {
    const factors = [spread(builder, gradient, geometry), tapsOf(builder, filter, geometry, true)];
    const blocks = builder.add('Gemm', factors, transposed);
    return imageBlockOf(builder, reshape(builder, blocks, [-1, ...grid, depth]), geometry);
  }
  const flat = reshape(builder, gradient, [-1, outputs]);
  const product = builder.add('Gemm', [flat, tapsOf(builder, filter, geometry, false)], transposed);
  const places = offsets(geometry);
  const all = reshape(builder, product, [-1, ...result, places.length * depth]);
  const pieces = places.map((offset, tap) => {
    const piece = slice(builder, all, [tap * depth], [depth], [3]);
    return shifted(builder, piece, offset, geometry);
  });
  return imageBlockOf(builder, sum(builder, pieces), geometry);
}
