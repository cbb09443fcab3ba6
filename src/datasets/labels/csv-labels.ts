import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOf, imageKeys, lineKey } from './image-keys';
import { listExamples } from '../list-examples';
import type { PathForms } from '../path-lookup';
import { readCsvTable, withLabelColumn } from './csv-table';
import type { CsvTable } from './csv-table';
import type { ImageChoice, Labels } from '../dataset';
import type { DatasetNote } from '../../domain/dataset-notes';
import { labelsByName, labelsInOrder } from './labels';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

/** Labels, and what their owner might be surprised to learn about them. */
export interface NotedLabels {
  readonly labels: Labels | undefined;
  readonly notes: readonly DatasetNote[];
}

/**
 * Reads the labels of images from a table with a header like `path,label`, see `readCsvTable`. Paths are relative to the folder of
 * the images. Images that it does not list have no label; lines for unknown images are ignored. The last line of an image wins, and
 * an empty label counts as missing. Class names are sorted numerically if all are integers, else by code units.
 * @param paths of the images, in order, with '/' @param column as `ImageChoice.labelColumn`
 * @returns no labels if the table has no label column
 * @throws DataError that names the file, and what was found and expected; also if no line names an image
 */
export async function csvLabels(
  csv: string,
  paths: readonly string[],
  rules: ReadingRules = 2,
  forms: PathForms = {},
  column?: string,
): Promise<NotedLabels> {
  const table = await tableWith(csv, paths, rules, forms, column);
  const lines = linesByImage(table, paths);
  if (lines.found.size === 0) {
    const got = table.records.slice(0, 3).map((record) => `'${record[table.path]!.trim()}'`);
    const expected = `expected paths such as '${paths[0]}', relative to the folder of the images`;
    throw new DataError(
      `${basename(csv)}: no line names an image: got ${got.join(', ') || 'no lines'}, ${expected}`,
    );
  }
  const found = paths.map((path) => {
    const line = lines.found.get(path) ?? lines.found.get(fileOf(path));
    return line === undefined || table.label === -1 ? undefined : line[table.label]?.trim() || undefined;
  });
  return {
    labels: labelsInOrder(found),
    notes: notesOf(basename(csv), table, lines, { paths, found }, column === ''),
  };
}

/** Reads a table, with the chosen column of labels. @throws DataError as `csvLabels` */
export async function tableWith(
  csv: string,
  paths: readonly string[],
  rules: ReadingRules,
  forms: PathForms,
  column: string | undefined,
): Promise<CsvTable> {
  const table = await readCsvTable(csv, paths, rules, forms);
  try {
    return column === undefined ? table : withLabelColumn(table, column);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${basename(csv)}: ${error.message}`) : error;
  }
}

interface Lines {
  /** Records by the file of the image that they name. */
  readonly found: ReadonlyMap<string, readonly string[]>;
  /** What the lines for no image, and the images with several lines of different labels, are called: all, in order. */
  readonly unknown: readonly string[];
  readonly contradictory: readonly string[];
}

/** Assigns the lines of a table to images. */
function linesByImage({ records, path, label, form, forms }: CsvTable, paths: readonly string[]): Lines {
  const keys = imageKeys(paths, form, forms);
  const found = new Map<string, readonly string[]>();
  const unknown: string[] = [];
  const contradictory = new Set<string>();
  for (const record of records) {
    const file = keys.get(lineKey(record[path]!, form, forms));
    if (file === undefined) {
      unknown.push(record[path]!.trim());
      continue;
    }
    const before = found.get(file);
    if (label !== -1 && before && (before[label] ?? '').trim() !== (record[label] ?? '').trim())
      contradictory.add(file);
    // By the rules 1, a line with an empty label does not take the place of one before.
    if (before && label !== -1 && (record[label] ?? '').trim() === '') continue;
    found.set(file, record);
  }
  return { found, unknown, contradictory: [...contradictory] };
}

function notesOf(
  name: string,
  { header, hasHeader, path, label, form, guessedEncoding }: CsvTable,
  { found, unknown, contradictory }: Lines,
  images: { readonly paths: readonly string[]; readonly found: readonly (string | undefined)[] },
  areFolders: boolean,
): DatasetNote[] {
  const notes: DatasetNote[] = [];
  const note = (level: DatasetNote['level'], text: string) => notes.push({ subject: 'labels', level, text });
  const columns = `column '${header[path]!.trim()}' for the images (by ${form})`;
  const none = areFolders ? 'the names of folders are the labels' : 'no label column';
  const labels = label === -1 ? none : `column '${header[label]!.trim()}' for the labels`;
  note('info', `${name}: ${columns}, ${labels}${hasHeader ? '' : '; it has no header'}`);
  if (label === -1 && !areFolders) {
    const text = `${name}: none of its columns is called label, class, target or category, so it has no labels; rename one`;
    note('warning', text);
  }
  if (guessedEncoding !== null)
    note('warning', `${name}: not UTF-8, read as ${guessedEncoding}; save it as UTF-8 if names look wrong`);
  if (unknown.length > 0) note('warning', `${name}: ${counted(unknown, 'line')} for no image of the dataset`);
  const missing = images.paths.filter((path) => !found.has(path) && !found.has(fileOf(path)));
  if (missing.length > 0) note('warning', `${name}: ${counted(missing, 'image')} without a line`);
  const empty = images.paths.filter((_, i) => images.found[i] === undefined).length - missing.length;
  if (label !== -1 && empty > 0)
    note('warning', `${name}: ${empty} ${plural(empty, 'image')} with an empty label`);
  if (contradictory.length > 0) {
    const text = `${counted(contradictory, 'image')} on several lines with different labels; the last one counts`;
    note('warning', `${name}: ${text}`);
  }
  return notes;
}

const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`);

function counted(names: readonly string[], noun: string): string {
  return `${names.length} ${plural(names.length, noun)} (${listExamples(names)})`;
}

/**
 * Returns the labels from the table of an image choice, or without a table, or one without labels, the folder names given by
 * `names`.
 */
export async function chosenLabels(
  paths: readonly string[],
  { labels: table, labelColumn }: ImageChoice,
  names: (paths: readonly string[]) => readonly (string | undefined)[],
  rules?: ReadingRules,
  forms?: PathForms,
): Promise<NotedLabels> {
  const read =
    table === undefined ? null : await csvLabels(fileURLToPath(table), paths, rules, forms, labelColumn);
  if (read?.labels) return read;
  return { labels: labelsByName(names(paths)), notes: read?.notes ?? [] };
}
