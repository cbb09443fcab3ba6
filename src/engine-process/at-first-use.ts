/**
 * Returns a function that makes something when it is first called, and returns it from then on. A failure is told to all who wait for it;
 * the next call tries again.
 */
export function atFirstUse<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
