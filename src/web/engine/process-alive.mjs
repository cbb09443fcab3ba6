/** Stands in for `src/setup/process-alive.mjs`: whether a page or worker lives is only known later, by `process-start.ts`. */

export const isProcessAlive = () => true;
export const isProcessSuspended = () => false;
