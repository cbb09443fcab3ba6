import { join, dirname, basename } from 'node:path';
import { readRegularFile } from '../../images/read-file';

/** Longer files are no tables of a few dozen classes. */
const MAX_BYTES = 65_536;

/**
 * Returns the names of EMNIST's classes from the table beside a file, `emnist-NAME-mapping.txt`, whose lines are the class and the
 * codes of its characters: `10 65`, or `1 65 97` for A and a; undefined if there is no such table.
 */
export async function emnistNames(path: string): Promise<readonly string[] | undefined> {
  const set = /^(emnist[-_.][a-z]+)/i.exec(basename(path))?.[1];
  const bytes = await readRegularFile(join(dirname(path), `${set}-mapping.txt`), MAX_BYTES).catch(() => null);
  const lines = Buffer.from(bytes ?? [])
    .toString('latin1')
    .split(/\r?\n/);
  const names: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const [number, ...codes] = line.trim().split(/\s+/).map(Number);
    const isClass = Number.isInteger(number) && number! >= 0 && number! < 1000;
    if (!isClass || codes.length === 0 || !codes.every((code) => code > 32 && code < 127)) return undefined;
    names[number!] = codes.map((code) => String.fromCharCode(code)).join('');
  }
  // Classes without a line are called by their number.
  const all = Array.from({ length: names.length }, (_, i) => names[i] ?? String(i));
  return all.length === 0 ? undefined : all;
}
