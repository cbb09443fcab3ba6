/**
 * What several tests of a file need and is dear to make: made by whichever of them asks first, so that each of them can run
 * alone and in any order.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
