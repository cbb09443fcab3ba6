/** Stands in for `src/setup/ignored-signals.mjs`: nothing ignores signals that do not exist. */

export const keepIgnoredSignals = () => undefined;
/** @returns {string[]} */
export const ignoredSignals = () => [];
