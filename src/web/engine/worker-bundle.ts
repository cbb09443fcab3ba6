/** Stands in for `src/images/decoding/worker-bundle.ts`: a browser's engine is one worker, which does all in turns. */

export const workerBundle = (): null => null;

/** Images that are read ahead: each takes some milliseconds on its way through the extension host. */
export const INLINE_AHEAD = 16;
