import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvPath, readCsvTable } from './csv-table';
import type { ImageChoice, Labels } from '../dataset';
import { labelsByName } from './labels';
import { DataError } from '../../images/data-error';

/**
 * The labels of images by a CSV file with a header, such as `path,label`. Paths are relative to the folder of the images.
 * Images that it does not name have none; lines that name no image are of no account. Names are in the order of numbers
 * where all are numbers, else of their code units.
 * @param paths of the images, in order, with '/'
 * @throws DataError that names the file and what was got and expected; so where no line names an image
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

/** Label by path. Of a path that comes twice the last counts; an empty label is none. */
async function labelTable(csv: string): Promise<Map<string, string>> {
  const { path, label, records } = await readCsvTable(csv);
  const named = records.filter((record) => (record[label] ?? '').trim() !== '');
  return new Map(named.map((record) => [csvPath(record[path]!), record[label]!.trim()]));
}

/** The labels of the table that a choice of images names; without one, the names of folders, by `names`. */
export async function chosenLabels(
  paths: readonly string[],
  { labels }: ImageChoice,
  names: (paths: readonly string[]) => readonly (string | undefined)[],
): Promise<Labels | undefined> {
  return labels === undefined ? labelsByName(names(paths)) : csvLabels(fileURLToPath(labels), paths);
}
