import { realpath } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tableWith } from './csv-labels';
import { classFolders } from './folder-labels';
import { fileOf, imageKeys, lineKey } from './image-keys';
import type { DatasetSource } from '../dataset';
import { factorsOfDigit } from '../digits/digits';
import { ignoresCase } from '../path-lookup';
import { splitOfPaths } from '../split-of-paths';
import { takesImageChoice } from '../image-choice';
import { pathInside } from '../id-prefix';

/** Limit of distinct texts in a column; with more, they probably identify single images rather than categories. */
const MAX_CATEGORIES = 1000;
const MAX_COLUMNS = 200;
/** Name of the column of folder names. */
const FOLDER_COLUMN = 'folder';
const DIGIT_COLUMNS = ['slant', 'thickness', 'scale', 'x', 'y'] as const;

/** A metadata column: values of images other than pixels, labels and split. */
export interface Column {
  readonly name: string;
  /** Distinct texts of a text column; null for a numeric column. */
  readonly names: readonly string[] | null;
  /** Returns a value per image: its number (NaN if missing), or the index of its text in `names` (-1 if missing). */
  values(ids: readonly string[]): Float64Array;
}

/**
 * Returns the metadata columns of a dataset: the factors of the built-in digits, or the other columns of the CSV file with
 * the labels, and the names of folders where that table has the labels. A column is numeric if every non-empty cell is a number; text columns with over 1,000 distinct texts are
 * left out.
 * @param ids of the images, as in `Dataset.id` @throws DataError if the CSV file cannot be read
 */
export async function datasetColumns(source: DatasetSource, ids: readonly string[]): Promise<Column[]> {
  if (source.kind === 'digits') return DIGIT_COLUMNS.map((name) => digitColumn(name, source.seed));
  if (!takesImageChoice(source) || source.labels === undefined) return [];
  const pathOf = (id: string): string => pathInside(source, id);
  const paths = ids.map(pathOf);
  const place = fileURLToPath(source.uri);
  const roots = source.kind === 'folder' ? [place, await realpath(place).catch(() => place)] : [];
  const pathForms = { roots, ignoresCase: source.kind === 'folder' && (await ignoresCase(place, paths)) };
  const csv = fileURLToPath(source.labels);
  const table = await tableWith(csv, paths, source.rules ?? 2, pathForms, source.labelColumn);
  const { header, path, label, form, forms, records } = table;
  const folderNames = classFolders(paths, splitOfPaths(paths));
  const keys = imageKeys(paths, form, forms);
  const byFile = new Map(
    records.flatMap((record) => {
      const file = keys.get(lineKey(record[path]!, form, forms));
      return file === undefined ? [] : [[file, record] as const];
    }),
  );
  const lineOf = (id: string) => byFile.get(pathOf(id)) ?? byFile.get(fileOf(pathOf(id)));
  const columns: Column[] = [];
  for (const [number, name] of header.slice(0, MAX_COLUMNS).entries()) {
    if (number === path || number === label || name.trim() === '') continue;
    const cell = (id: string): string => (lineOf(id)?.[number] ?? '').trim();
    const column = csvColumn(name.trim(), ids, cell);
    if (column) columns.push(column);
    await turn();
  }
  // Where the table has the labels, the folders that would have been labels without it are a column.
  if (label !== -1 && source.rules !== 1) {
    const folders = new Map(paths.map((path, i) => [path, folderNames[i] ?? '']));
    const column = csvColumn(FOLDER_COLUMN, ids, (id) => folders.get(pathOf(id)) ?? '');
    if (column?.names && column.names.length > 1) columns.push(column);
  }
  // The first of several columns with the same name wins.
  return columns.filter((column, i) => columns.findIndex(({ name }) => name === column.name) === i);
}

function digitColumn(name: (typeof DIGIT_COLUMNS)[number], seed: number): Column {
  return {
    name,
    names: null,
    values: (ids) => Float64Array.from(ids, (id) => factorsOfDigit(seed, id)[name]),
  };
}

function csvColumn(name: string, ids: readonly string[], cell: (id: string) => string): Column | null {
  const texts = [...new Set(ids.map(cell))].filter((text) => text !== '');
  if (texts.length === 0) return null;
  if (texts.every((text) => Number.isFinite(Number(text)))) {
    const number = (text: string): number => (text === '' ? NaN : Number(text));
    return { name, names: null, values: (some) => Float64Array.from(some, (id) => number(cell(id))) };
  }
  if (texts.length > MAX_CATEGORIES) return null;
  const names = texts.sort();
  const numbers = new Map(names.map((text, i) => [text, i]));
  return { name, names, values: (some) => Float64Array.from(some, (id) => numbers.get(cell(id)) ?? -1) };
}
