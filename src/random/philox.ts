/**
 * Philox 4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 * A counter-based generator: block number `counter` of the sequence `key` is a pure function of both, so any part of any
 * sequence can be computed without the part before it, and a resumed run needs no hidden state.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * Returns the high 32 bits of the 64-bit product of two unsigned 32-bit integers, given its low 32 bits. The product minus
 * these is a multiple of 2^32, and its double is off by less than 2^12, so rounding is exact.
 */
function multiplyHigh(a: number, b: number, low: number): number {
  return ((a * b - low) / 0x100000000 + 0.5) >>> 0;
}

/**
 * Writes the four 32-bit words of one block to `out` at `offset`.
 * @param c0 c1 c2 c3 the 128-bit counter, least significant word first
 * @param k0 k1 the 64-bit key, least significant word first
 */
export function philoxBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  offset: number,
): void {
  for (let round = 0; round < 10; round++) {
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high0 = multiplyHigh(MULTIPLIER_0, c0, low0);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2, low1);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}
