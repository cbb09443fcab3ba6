import { TraceError } from './types';
import type { Dimension } from './types';

/** Returns a dimension's value at one batch size. */
export function at(dimension: Dimension, batch: number): number {
  return typeof dimension === 'number' ? dimension : dimension.perBatch * batch + dimension.constant;
}

/** Formats a dimension as `batch`, `2*batch`, `batch+1`, or a number. */
export function printDimension(dimension: Dimension): string {
  if (typeof dimension === 'number') return String(dimension);
  const { perBatch, constant } = dimension;
  const multiple = perBatch === 1 ? 'batch' : `${perBatch}*batch`;
  return constant === 0 ? multiple : `${multiple}${constant > 0 ? '+' : ''}${constant}`;
}

function sameDimension(a: Dimension, b: Dimension): boolean {
  return printDimension(a) === printDimension(b);
}

export function sameShape(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((dimension, i) => sameDimension(dimension, b[i]!));
}

export function isStatic(shape: readonly Dimension[]): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === 'number');
}

/**
 * Returns the expression in the batch size that takes these values at these batch sizes.
 * @throws TraceError unless it is `a * batch + b` with integers a and b
 */
export function dimensionThrough(values: readonly number[], batches: readonly number[]): Dimension {
  const [first, second] = values as [number, number];
  if (values.every((value) => value === first)) return first;
  const [one, other] = batches as [number, number];
  const perBatch = (second - first) / (other - one);
  const constant = first - perBatch * one;
  const through = values.every((value, i) => value === perBatch * batches[i]! + constant);
  if (!Number.isInteger(perBatch) || !Number.isInteger(constant) || !through) {
    throw new TraceError(
      `got ${values.join(', ')} at batch sizes ${batches.join(', ')}, expected a multiple of the batch size plus a constant`,
    );
  }
  return { perBatch, constant };
}
