/** Stands in for `src/datasets/shared-memory.ts`: a page that is not isolated from other origins shares no memory, and there is one thread. */
export const allocateShared = (length: number): Uint8Array => new Uint8Array(length);
