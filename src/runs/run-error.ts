/** The folder is no run folder, or not a readable one; the message says what was found and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
