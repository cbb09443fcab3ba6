/** A request is invalid; the message says what was got and what was expected. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
