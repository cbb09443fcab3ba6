/** Allocates bytes that several threads can read without a copy. */
export const allocateShared = (length: number): Uint8Array<SharedArrayBuffer> =>
  new Uint8Array(new SharedArrayBuffer(length));
