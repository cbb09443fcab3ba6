import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { SplitName } from '../../domain/split';
import type { ReadingRules } from '../../domain/reading';
import { noDataOfName } from '../image-files/no-data';
import { listExamples } from '../list-examples';
import { roleInWords, wordsOf } from '../split-words';

/** A Parquet file of a dataset. */
export interface ParquetPath {
  readonly path: string;
  /** Prefix of the ids of its images: relative to the dataset's folder, or to its subfolder `data` if all are in it. */
  readonly id: string;
  /** Part of the dataset's own split. */
  readonly role: SplitName | undefined;
}

/** Folders below the dataset's to search: a configuration, and the part, as hubs arrange converted datasets. */
const MAX_DEPTH = 4;

/**
 * Returns the Parquet files of a folder and its subfolders (training, validation, test, others; in each part by id); or the
 * given file. By the rules 1, those of the folder, or else of its subfolder `data`.
 * @throws as `stat` if there is no such file
 */
export async function findParquet(path: string, rules: ReadingRules = 2): Promise<ParquetPath[]> {
  if (!(await stat(path)).isDirectory()) {
    const id = basename(path);
    return [{ path, id, role: roleOf(id, rules) }];
  }
  const found = rules === 1 ? await parquetBeside(path) : await parquetBelow(path);
  const areInData = found.every((relative) => relative.startsWith('data/'));
  const files = found.map((relative) => {
    const id = areInData ? relative.slice('data/'.length) : relative;
    return { path: join(path, relative), id, role: roleOf(id, rules) };
  });
  const rank = (role: SplitName | undefined) => ['train', 'validation', 'test', undefined].indexOf(role);
  return files.sort((a, b) => rank(a.role) - rank(b.role) || (a.id < b.id ? -1 : 1));
}

const isParquet = (name: string): boolean => /\.parquet$/i.test(name);

async function parquetBeside(folder: string): Promise<string[]> {
  for (const below of ['', 'data/']) {
    const names = (await readdir(join(folder, below)).catch(() => [])).filter(isParquet);
    if (names.length > 0) return names.map((name) => below + name);
  }
  return [];
}

async function parquetBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [{ folder: '', depth: 0 }];
  for (const { folder, depth } of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (noDataOfName(entry.name) !== undefined) continue;
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH) folders.push({ folder: `${folder}${entry.name}/`, depth: depth + 1 });
      } else if (isParquet(entry.name)) found.push(folder + entry.name);
    }
  }
  return found;
}

/** Roles of files by the rules 1. */
const FIRST_WORD = /^(train|validation|valid|val|test)(?=[-_.])/i;

/** Returns the part that a file's name stands for, or else the innermost of its folders that stands for one. */
function roleOf(id: string, rules: ReadingRules): SplitName | undefined {
  if (rules === 1) {
    const word = FIRST_WORD.exec(id)?.[1]?.toLowerCase();
    return word === undefined ? undefined : word === 'train' || word === 'test' ? word : 'validation';
  }
  const names = id.replace(/\.parquet$/i, '').split('/');
  for (const name of names.reverse()) {
    const role = roleInWords(wordsOf(name))?.role;
    if (role !== undefined) return role;
  }
  return undefined;
}

/** `train-00001-of-00005-0123456789abcdef.parquet`: what comes before, the number, and how many there are. */
const SHARD = /^(.*?)[-_.]?(\d{1,6})-of-(\d{1,6})/;

/** Says which Parquet files are missing, and that several configurations are read as one dataset. */
export function parquetNotes(files: readonly ParquetPath[]): DatasetNote[] {
  return [...missingShards(files), ...configurations(files)];
}

function missingShards(files: readonly ParquetPath[]): DatasetNote[] {
  const sets = new Map<
    string,
    { readonly name: string; readonly count: number; readonly numbers: Set<number> }
  >();
  for (const { id } of files) {
    const [, name, number, count] = SHARD.exec(id) ?? [];
    if (name === undefined) continue;
    const key = `${name} ${Number(count)}`;
    const set = sets.get(key) ?? { name, count: Number(count), numbers: new Set<number>() };
    sets.set(key, set);
    set.numbers.add(Number(number));
  }
  return [...sets.values()].flatMap(({ name, count, numbers }): DatasetNote[] => {
    const total = count - [...numbers].filter((number) => number < count).length;
    const missing: string[] = [];
    for (let number = 0; number < count && missing.length < 3; number++)
      if (!numbers.has(number)) missing.push(String(number).padStart(5, '0'));
    if (total === 0) return [];
    const what = name === '' ? 'Parquet files' : `Parquet files ${name}`;
    const text = `${total} of ${count} ${what} missing: numbers ${listExamples(missing, total)}; the images are those of the others`;
    return [{ subject: 'content', level: 'warning', text }];
  });
}

/** The folders of a file without `data` and those that are parts name its configuration. */
function configurations(files: readonly ParquetPath[]): DatasetNote[] {
  const names = new Set(
    files.map(({ id }) => {
      const folders = id.split('/').slice(0, -1);
      return folders.filter((name) => name !== 'data' && !roleInWords(wordsOf(name))).join('/');
    }),
  );
  if (names.size < 2) return [];
  const shown = [...names].map((name) => (name === '' ? '(none)' : name)).sort();
  const text = `Parquet files of ${names.size} folders are read as one dataset: ${listExamples(shown)}; if these are variants of the same images, name one of them`;
  return [{ subject: 'content', level: 'warning', text }];
}
