/**
 * What a folder of a run holds, or null where there is none or it is not whole: what can be made anew stands in nobody's way.
 * @param read throws where something is missing or wrong @param onDamaged told why what is there cannot be used
 */
export async function wholeOrNull<T>(
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
