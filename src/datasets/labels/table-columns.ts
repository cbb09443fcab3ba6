import { imageKeys, lineKey, NAME_FORMS } from './image-keys';
import type { TableForms } from './image-keys';
import type { NameForm } from './image-keys';
import { DataError } from '../../images/data-error';

/** Names of the path and label columns, in order of preference; the first six and four are those of the rules 1. */
const PATH_COLUMNS = ['path', 'file', 'filename', 'file_name', 'image', 'id'];
const LABEL_COLUMNS = ['label', 'class', 'target', 'category'];
/** Further names, as `plainName` gives them. */
const MORE_PATHS =
  /^(rel(ative)?|full|abs(olute)?)?(image|img|picture|photo|file)?(path|name|id|file|filename|filepath|url)?s?$/;
const MORE_LABELS = ['labels', 'classes', 'targets', 'categories', 'classname', 'labelname', 'categoryname'];
const LAST_LABELS = ['classid', 'labelid', 'categoryid', 'classlabel', 'imagelabel', 'imageclass'];

/** Records that decide the path column, evenly spaced. */
const SAMPLE = 2000;
/** Columns among which the path column is looked for. */
const MAX_COLUMNS = 200;

/** Which columns of a table say what. */
export interface TableColumns {
  readonly hasHeader: boolean;
  /** Index of the column that names the images. */
  readonly path: number;
  /** Index of the label column; -1 if there is none. */
  readonly label: number;
  /** How the path column names the images. */
  readonly form: NameForm;
}

/** Returns the columns that the rules 1 know by their names; null unless there are both. */
export function knownColumns(
  header: readonly string[],
): { readonly path: number; readonly label: number } | null {
  const names = header.map((name) => name.trim().toLowerCase());
  const first = (known: readonly string[]) =>
    names.indexOf(known.find((name) => names.includes(name)) ?? ' ');
  const [path, label] = [first(PATH_COLUMNS), first(LABEL_COLUMNS)];
  return path === -1 || label === -1 ? null : { path, label };
}

/**
 * Finds the columns of a table by the values that name images, and by the names in its header. The table has no header if its first
 * record names an image, too; then the label is in the column after the paths, or before them if they are the last.
 * @param records all, with a header if there is one
 * @throws DataError if no column names an image, nor is called like one that does
 */
export function columnsOf(
  records: readonly (readonly string[])[],
  paths: readonly string[],
  forms: TableForms,
): TableColumns {
  const [first = [], ...rest] = records;
  const named = preferred(first.slice(0, MAX_COLUMNS), pathRank);
  // A column of labels may happen to hold what files are called without their suffix.
  const others = [...first.keys()].filter((column) => labelRank(first[column]!) === Infinity);
  const order = [...new Set([...named, ...others])].filter((column) => column < MAX_COLUMNS);
  const best = bestColumn(spread(records), paths, order, forms);
  if (best && imageKeys(paths, best.form, forms).has(lineKey(first[best.path] ?? '', best.form, forms))) {
    const label = best.path + 1 < first.length ? best.path + 1 : best.path - 1;
    return { ...best, hasHeader: false, label };
  }
  const path = best?.path ?? named[0];
  const label = preferred(first, labelRank).find((column) => column !== path) ?? -1;
  // Lines of other images alone cannot tell the column.
  if (path === undefined || rest.length === 0) {
    const got = `got the header '${first.join(',').slice(0, 200)}'`;
    const known = `expected a column ${PATH_COLUMNS.join(', ')}`;
    const example = paths[0] === undefined ? '' : `, or one with paths such as '${paths[0]}'`;
    throw new DataError(
      `${got}${rest.length === 0 && path !== undefined ? ' and no lines' : ''}, ${known}${example}`,
    );
  }
  return { path, label, form: best?.form ?? 'path', hasHeader: true };
}

/** Returns the column, and how it names images, that fits the most; earlier ones of equals; null if none fits any. */
function bestColumn(
  records: readonly (readonly string[])[],
  paths: readonly string[],
  order: readonly number[],
  forms: TableForms,
): { readonly path: number; readonly form: NameForm } | null {
  let best: { readonly path: number; readonly form: NameForm } | null = null;
  let most = 0;
  for (const form of NAME_FORMS) {
    const keys = imageKeys(paths, form, forms);
    for (const path of order) {
      const fits = records.filter((record) => keys.has(lineKey(record[path] ?? '', form, forms))).length;
      if (fits <= most) continue;
      most = fits;
      best = { path, form };
    }
    // Looser forms are for tables whose lines the stricter ones mostly miss.
    if (most > records.length / 2) break;
  }
  return best;
}

function spread<T>(records: readonly T[]): readonly T[] {
  const step = Math.max(1, records.length / SAMPLE);
  const count = Math.min(SAMPLE, records.length);
  return Array.from({ length: count }, (_, i) => records[Math.floor(i * step)]!);
}

/** Returns the columns whose names have a rank, best first. */
function preferred(header: readonly string[], rank: (name: string) => number): number[] {
  const ranked = header.map((name, column) => ({ column, rank: rank(name) }));
  const known = ranked.filter((one) => one.rank < Infinity);
  return known.sort((a, b) => a.rank - b.rank).map(({ column }) => column);
}

function pathRank(name: string): number {
  const known = PATH_COLUMNS.indexOf(name.trim().toLowerCase());
  if (known >= 0) return known;
  const plain = plainName(name);
  return plain !== '' && MORE_PATHS.test(plain) ? PATH_COLUMNS.length : Infinity;
}

function labelRank(name: string): number {
  const known = LABEL_COLUMNS.indexOf(name.trim().toLowerCase());
  if (known >= 0) return known;
  const more = [...MORE_LABELS, ...LAST_LABELS].indexOf(plainName(name));
  return more < 0 ? Infinity : LABEL_COLUMNS.length + more;
}

/** Drops everything but letters and digits: `Image Id`, `image_id` and `imageId` are one name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
