/**
 * Reads derived data, or returns null if it is missing or damaged; it can always be recomputed.
 * @param read throws if data is missing or invalid @param onDamaged called with the reason if data is damaged
 */
export async function readOrNull<T>(
  folder: string,
  onDamaged: (message: string) => void,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      onDamaged(`${folder} was passed over: ${(error as Error).message}`);
    }
    return null;
  }
}
