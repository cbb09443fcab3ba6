/** What an installation is at, told to whoever asked for it. */

/**
 * @typedef {object} Step
 * @property {'waiting' | 'checking' | 'downloading' | 'unpacking' | 'compiling' | 'probing'} step
 * @property {string} text for people
 * @property {number} [received] bytes, of a download; told again and again
 * @property {number} [total]
 */

/**
 * Who asked for an installation.
 * @typedef {object} Asker
 * @property {(step: Step) => void} report
 * @property {AbortSignal} [signal] ends it; what was begun is removed
 */

/**
 * A step in one line, with how far it is: `downloading tensorflow-cpu==2.15.1, 45 of 207 MB`.
 * @param {Step} step
 */
export function stepLine({ text, received, total }) {
  return total === undefined ? text : `${text}, ${megabytes(received ?? 0)} of ${megabytes(total)} MB`;
}

/** @param {number} bytes */
export const megabytes = (bytes) => Math.round(bytes / 1e6);
