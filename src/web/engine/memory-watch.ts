/** Stands in for `src/endpoint/memory-watch.ts`: a browser does not say why a worker ended. */

/** Memory that 32-bit WebAssembly can address, in bytes. */
const LIMIT_BYTES = 2 ** 32;

export const MemoryWatch = {
  of: () => Promise.resolve({ limit: LIMIT_BYTES, hasKilled: () => Promise.resolve(false) }),
};
