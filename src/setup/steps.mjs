/** Progress of an installation, reported to the caller. */

/**
 * @typedef {object} Step
 * @property {'waiting' | 'checking' | 'downloading' | 'unpacking' | 'compiling' | 'probing'} step
 * @property {string} text for users
 * @property {string} [from] hosts of a download, where they are known
 * @property {number} [received] bytes of a download; reported repeatedly
 * @property {number} [total]
 */

/**
 * Caller of an installation.
 * @typedef {object} Asker
 * @property {(step: Step) => void} report
 * @property {AbortSignal} [signal] cancels it; nothing half-made is left but bytes of a download that can be continued
 */

/**
 * Formats a step and its progress in one line: `downloading tensorflow-cpu==2.15.1, 45 of 207 MB`.
 * @param {Step} step
 */
export function stepLine({ text, received, total }) {
  return total === undefined ? text : `${text}, ${megabytes(received ?? 0)} of ${megabytes(total)} MB`;
}

/** @param {number} bytes */
export const megabytes = (bytes) => Math.round(bytes / 1e6);
