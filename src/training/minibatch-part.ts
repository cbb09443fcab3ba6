/** One of equal parts of every minibatch: its rows, one after another, and as much of the noise. */
export interface MinibatchPart {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export const WHOLE_MINIBATCH: MinibatchPart = { index: 0, count: 1 };

/** Returns where a part of `size` numbers begins, and how many it has. @throws RangeError if the parts are not equal */
export function rangeOf(
  { index, count }: MinibatchPart,
  size: number,
): { readonly first: number; readonly length: number } {
  const length = size / count;
  if (!Number.isInteger(length)) throw new RangeError(`${size} cannot be divided into ${count} equal parts`);
  return { first: index * length, length };
}
