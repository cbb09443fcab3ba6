import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvPath, readCsvTable } from './csv-table';
import type { ImageChoice, Labels } from '../dataset';
import { labelsByName } from './labels';
import { DataError } from '../../images/data-error';

/**
 * Reads the labels of images from a CSV file with a header like `path,label`. Paths are relative to the folder of the
 * images. Images that it does not list have no label; lines for unknown images are ignored. Class names are sorted
 * numerically if all are integers, else by code units.
 * @param paths of the images, in order, with '/'
 * @throws DataError that names the file, and what was found and expected; also if no line names an image
 */
export async function csvLabels(csv: string, paths: readonly string[]): Promise<Labels> {
  const table = await labelTable(csv);
  const found = paths.map((path) => table.get(path));
  if (found.every((label) => label === undefined)) {
    const got = [...table.keys()].slice(0, 3).map((path) => `'${path}'`);
    const expected = `expected paths such as '${paths[0]}', relative to the folder of the images`;
    throw new DataError(
      `${basename(csv)}: no line names an image: got ${got.join(', ') || 'no lines'}, ${expected}`,
    );
  }
  const names = [...new Set(found.filter((label) => label !== undefined))];
  const areNumbers = names.every((name) => /^-?\d{1,15}$/.test(name));
  names.sort(areNumbers ? (a, b) => Number(a) - Number(b) : undefined);
  const numbers = new Map(names.map((name, i) => [name, i]));
  return { names, values: Int32Array.from(found, (name) => (name === undefined ? -1 : numbers.get(name)!)) };
}

/** Reads labels by path. The last line of a duplicate path wins; empty labels count as missing. */
async function labelTable(csv: string): Promise<Map<string, string>> {
  const { path, label, records } = await readCsvTable(csv);
  const named = records.filter((record) => (record[label] ?? '').trim() !== '');
  return new Map(named.map((record) => [csvPath(record[path]!), record[label]!.trim()]));
}

/** Returns the labels from the CSV file of an image choice, or without a file, the folder names given by `names`. */
export async function chosenLabels(
  paths: readonly string[],
  { labels }: ImageChoice,
  names: (paths: readonly string[]) => readonly (string | undefined)[],
): Promise<Labels | undefined> {
  return labels === undefined ? labelsByName(names(paths)) : csvLabels(fileURLToPath(labels), paths);
}
