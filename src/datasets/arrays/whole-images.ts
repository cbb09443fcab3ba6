/** Bytes of images that are read and converted at a time. */
export const READ_BYTES = 2 ** 20;

/**
 * Pieces of any length as pieces of whole units, such as images; what is left over at the end is not given. Each has memory of
 * its own.
 * @param unit in bytes @param count how many units there are @param most bytes of a piece, if a unit has no more
 */
export async function* inUnits(
  pieces: AsyncIterable<Uint8Array>,
  unit: number,
  count: number,
  most = READ_BYTES,
): AsyncGenerator<Uint8Array> {
  const length = unit * Math.min(count, Math.max(1, Math.floor(most / unit)));
  let bytes = new Uint8Array(length);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + length - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < length) continue;
      yield bytes;
      bytes = new Uint8Array(length);
      filled = 0;
    }
  }
  const rest = filled - (filled % unit);
  if (rest > 0) yield bytes.subarray(0, rest);
}
