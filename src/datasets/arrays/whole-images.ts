/** Bytes of images read and converted at a time. */
export const READ_BYTES = 2 ** 20;

/**
 * Regroups pieces of any length into pieces of whole units, like images; drops an incomplete unit at the end. Each piece
 * has a separate buffer.
 * @param unit size in bytes @param count total number of units @param limit bytes per piece, but at least one unit
 */
export async function* inUnits(
  pieces: AsyncIterable<Uint8Array>,
  unit: number,
  count: number,
  limit = READ_BYTES,
): AsyncGenerator<Uint8Array> {
  const length = unit * Math.min(count, Math.max(1, Math.floor(limit / unit)));
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
