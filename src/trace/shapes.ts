import { TraceError } from './types';

type Shape = readonly number[];

const text = (shape: Shape): string => `[${shape.join(', ')}]`;
export const elementCount = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Broadcasts shapes, aligned at the last dimension. @throws TraceError unless sizes are equal or 1 */
export function broadcastShapes(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1);
    const size = sizes.find((candidate) => candidate !== 1) ?? 1;
    if (sizes.some((candidate) => candidate !== 1 && candidate !== size)) {
      throw new TraceError(`shapes ${shapes.map(text).join(' and ')} do not broadcast`);
    }
    return size;
  });
}

export function reducedShape(shape: Shape, axes: Shape, keepDims: boolean): Shape {
  return keepDims
    ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : shape.filter((_, i) => !axes.includes(i));
}

export function reshapedShape(from: Shape, to: Shape): Shape {
  if (elementCount(from) !== elementCount(to))
    throw new TraceError(`${text(from)} cannot be reshaped to ${text(to)}`);
  return to;
}

export function concatenatedShape(shapes: readonly Shape[], axis: number): Shape {
  const others = shapes.map((shape) => text(shape.filter((_, i) => i !== axis)));
  if (others.some((other) => other !== others[0])) {
    throw new TraceError(`shapes ${shapes.map(text).join(' and ')} cannot be joined along axis ${axis}`);
  }
  return shapes[0]!.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[i]!, 0) : size));
}

export function paddedShape(shape: Shape, before: Shape, after: Shape): Shape {
  return shape.map((size, i) => size + before[i]! + after[i]!);
}

export function gatheredShape(shape: Shape, indices: Shape, axis: number): Shape {
  return [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)];
}

export function productShape(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): Shape {
  const [rows, inner] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const [innerB, columns] = transposeB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
  if (inner !== innerB) throw new TraceError(`matrices of ${text(a)} and ${text(b)} cannot be multiplied`);
  return [...broadcastShapes([a.slice(0, -2), b.slice(0, -2)]), rows, columns];
}

export function convolvedShape(
  [batch, height, width, channels]: Shape,
  [filterHeight, filterWidth, filterChannels, outputs]: Shape,
  {
    strides,
    padding,
  }: { strides: readonly [number, number]; padding: readonly [number, number, number, number] },
): Shape {
  if (channels !== filterChannels) {
    throw new TraceError(`got ${channels} channels, expected the filter's ${filterChannels}`);
  }
  const [above, below, left, right] = padding;
  const across = (size: number, filter: number, pad: number, stride: number): number =>
    Math.floor((size + pad - filter) / stride) + 1;
  return [
    batch!,
    across(height!, filterHeight!, above + below, strides[0]),
    across(width!, filterWidth!, left + right, strides[1]),
    outputs!,
  ];
}
