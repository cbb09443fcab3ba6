import { ModelFileError } from './model-file';

/** Axes on which one output of an encoder may hold the mean and then the spread: the first after the batch, or the last. */
export const PACKED_AXES = ['first', 'last'] as const;
export type PackedAxis = (typeof PACKED_AXES)[number];

/** A way to read what an encoder gives for an image as a latent point. */
export interface PointReading {
  /** Sizes of the point. */
  readonly point: readonly number[];
  /** Null if all of the output is the mean. */
  readonly packed: PackedAxis | null;
  /** How many numbers of the mean lie together, before as many of the spread; the size of the point if nothing is packed. */
  readonly block: number;
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((size, side) => size * side, 1);

/** Returns how an output of these sizes can be read: as a whole, and by halves on each axis that has them. */
export function pointReadings(output: readonly number[]): PointReading[] {
  const halves = PACKED_AXES.flatMap((packed): PointReading[] => {
    const axis = packed === 'first' ? 0 : output.length - 1;
    if ((axis === 0 && packed === 'last') || output[axis]! % 2 !== 0) return [];
    const point = output.map((side, i) => (i === axis ? side / 2 : side));
    return [{ point, packed, block: sizeOf(point.slice(axis)) }];
  });
  return [{ point: output, packed: null, block: sizeOf(output) }, ...halves];
}

/**
 * Returns the readings that give what a decoder takes by its file: points of the same sizes or, if none is, of as many numbers.
 * @param said sizes of the decoder's input without the batch, null for any; empty if the file does not say
 */
export function takenReadings(
  readings: readonly PointReading[],
  said: readonly (number | null)[],
): readonly PointReading[] {
  if (said.length === 0) return readings;
  const same = readings.filter(
    ({ point }) =>
      said.length === point.length && said.every((side, i) => side === null || side === point[i]),
  );
  if (same.length > 0) return same;
  if (said.includes(null)) return [];
  return readings.filter(({ point }) => sizeOf(point) === sizeOf(said as number[]));
}

/**
 * Parts an output that holds blocks of the mean, each before a block of the spread.
 * @param values of all images @throws ModelFileError if they are no whole number of such blocks
 */
export function unpack(values: Float32Array, block: number): [mean: Float32Array, spread: Float32Array] {
  if (values.length % (2 * block) !== 0)
    throw new ModelFileError(
      `the encoder's output has ${values.length} numbers, expected blocks of ${block} of the mean and ${block} of the spread. Open the model again.`,
    );
  const mean = new Float32Array(values.length / 2);
  const spread = new Float32Array(values.length / 2);
  for (let at = 0; at < mean.length; at += block) {
    mean.set(values.subarray(2 * at, 2 * at + block), at);
    spread.set(values.subarray(2 * at + block, 2 * (at + block)), at);
  }
  return [mean, spread];
}
