import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCsv } from './csv';
import { DataError, type ImageChoice, type Labels } from './dataset';
import { readRegularFile } from './files';
import { labelsByName } from './labels';

/** Names of the column with the paths and of the one with the labels, the usual first. */
const PATH_COLUMNS = ['path', 'file', 'filename', 'file_name', 'image', 'id'];
const LABEL_COLUMNS = ['label', 'class', 'target', 'category'];

/**
 * The labels of images by a CSV file with a header, such as `path,label`. Paths are relative to the folder of the images.
 * Images that it does not name have none; lines that name no image are of no account. Names are in the order of numbers
 * where all are numbers, else of their code units.
 * @param paths of the images, in order, with '/'
 * @throws DataError that names the file and what was got and expected; so where no line names an image
 */
export async function csvLabels(csv: string, paths: readonly string[]): Promise<Labels> {
  const table = await readTable(csv);
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
async function readTable(csv: string): Promise<Map<string, string>> {
  const name = basename(csv);
  try {
    const [header = [], ...rows] = parseCsv(Buffer.from(await readRegularFile(csv)).toString('utf8'));
    const path = columnOf(header, PATH_COLUMNS);
    const label = columnOf(header, LABEL_COLUMNS);
    if (path === -1 || label === -1) {
      const got = `got the header '${header.join(',').slice(0, 200)}'`;
      const one = (names: readonly string[]) => names.join(', ');
      throw new DataError(
        `${got}, expected a column ${one(PATH_COLUMNS)} and a column ${one(LABEL_COLUMNS)}`,
      );
    }
    const named = rows.filter((row) => (row[path] ?? '') !== '' && (row[label] ?? '').trim() !== '');
    return new Map(named.map((row) => [normal(row[path]!), row[label]!.trim()]));
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`) : error;
  }
}

function columnOf(header: readonly string[], names: readonly string[]): number {
  const columns = header.map((name) => name.trim().toLowerCase());
  return columns.indexOf(names.find((name) => columns.includes(name)) ?? ' ');
}

/** As ids are written: with '/', not beginning with `./`. */
function normal(path: string): string {
  return path.trim().replaceAll('\\', '/').replace(/^\.\//, '');
}

/** The labels of the table that a choice of images names; without one, the names of folders, by `names`. */
export async function chosenLabels(
  paths: readonly string[],
  { labels }: ImageChoice,
  names: (paths: readonly string[]) => readonly (string | undefined)[],
): Promise<Labels | undefined> {
  return labels === undefined ? labelsByName(names(paths)) : csvLabels(fileURLToPath(labels), paths);
}
