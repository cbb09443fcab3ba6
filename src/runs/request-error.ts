/** A request cannot be carried out as it is; the message says what was got and what was expected. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
