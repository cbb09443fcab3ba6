import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PathForms } from '../path-lookup';
import { readCsvTable } from './csv-table';
import type { CsvTable } from './csv-table';
import { fileOf, imageKeys, lineKey } from './image-keys';

/** Maximum number of tables found, of files that are read, and of columns that are offered. */
const MAX_FOUND = 10;
const MAX_FILES = 50;
const MAX_OFFERED = 30;
/** A column with more distinct texts names images rather than classes. */
const MAX_CLASSES = 1000;

/** A table beside or in the folder of the images that says something about them. */
export interface FoundTable {
  readonly path: string;
  /** Whether it lies in the image folder rather than beside it. */
  readonly inside: boolean;
  /** Number of images that it has a line for. */
  readonly images: number;
  /** Columns that may be labels, the likeliest first. */
  readonly labels: readonly { readonly name: string; readonly classes: number }[];
  /** Whether the name of the first of `labels` says that it has the labels. */
  readonly isNamed: boolean;
}

/**
 * Finds tables with a column that names images: in a folder of images, and beside a folder or an archive, in the order of their names.
 * Files that cannot be read as tables, and tables of other images, are none.
 * @param place of the folder or archive @param paths of its images
 */
export async function findTables(
  place: string,
  isFolder: boolean,
  paths: readonly string[],
  forms: PathForms,
): Promise<FoundTable[]> {
  const inside = isFolder ? await tableFiles(place) : [];
  const candidates = [
    ...inside.map((path) => ({ path, inside: true })),
    ...(await tableFiles(dirname(place))).map((path) => ({ path, inside: false })),
  ];
  const found: FoundTable[] = [];
  for (const { path, inside: isInside } of candidates.slice(0, MAX_FILES)) {
    if (found.length === MAX_FOUND) break;
    const table = await readCsvTable(path, paths, 2, forms).catch(() => null);
    const use = table && useOf(table, paths);
    if (use) found.push({ path, inside: isInside, ...use });
  }
  return found;
}

async function tableFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.(csv|tsv)$/i.test(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
}

function useOf(
  table: CsvTable,
  paths: readonly string[],
): Pick<FoundTable, 'images' | 'labels' | 'isNamed'> | null {
  const { header, records, path, label, form, forms } = table;
  const keys = imageKeys(paths, form, forms);
  const lines = records.filter((record) => keys.has(lineKey(record[path]!, form, forms)));
  const files = new Set(lines.map((record) => keys.get(lineKey(record[path]!, form, forms))!));
  if (files.size === 0) return null;
  const images = paths.filter((image) => files.has(fileOf(image))).length;
  const columns = header.map((name, column) => {
    const texts = new Set(lines.map((record) => (record[column] ?? '').trim()).filter((text) => text !== ''));
    return { column, name: name.trim(), classes: texts.size };
  });
  const labels = columns.filter(({ column, name, classes }) => {
    if (column === path || name === '' || classes === 0) return false;
    // Classes are shared by images; what differs for nearly each of them is a measure or a name.
    return column === label || (classes > 1 && classes <= Math.min(MAX_CLASSES, lines.length / 2));
  });
  labels.sort((a, b) => Number(b.column === label) - Number(a.column === label));
  const offered = labels.slice(0, MAX_OFFERED).map(({ name, classes }) => ({ name, classes }));
  return { images, labels: offered, isNamed: labels[0]?.column === label };
}
