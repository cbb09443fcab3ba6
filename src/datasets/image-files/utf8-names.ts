import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';

/**
 * Finds the names in a folder that are not UTF-8, which Linux allows: a program that reads names as text cannot open such
 * files.
 * @returns the names with `\xNN` for the bytes that are not ASCII, by the text that `readdir` makes of them
 */
export async function namesNotInUtf8(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder, { encoding: 'buffer' });
  return new Map(
    names.filter((name) => !isUtf8(name)).map((name) => [name.toString('utf8'), escaped(name)] as const),
  );
}

/** The character that stands for what is not UTF-8; names may also really contain it. */
export const REPLACEMENT = '\ufffd';

function escaped(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`,
  ).join('');
}
