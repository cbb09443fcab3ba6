/** A run folder, or a file of one, is missing, invalid or unreadable; the message says what was found and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
