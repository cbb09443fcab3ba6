import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { csvRecords, findSeparator, separatorOfHeader } from './csv';
import { decodeTable } from './table-text';
import { columnsOf, knownColumns } from './table-columns';
import type { TableColumns } from './table-columns';
import type { TableForms } from './image-keys';
import type { PathForms } from '../path-lookup';
import { readRegularFile } from '../../images/read-file';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

/** Limit of fields in a file; in memory they take several times the bytes of the file. */
const MAX_FIELDS = 20_000_000;
/** Fields parsed per event-loop turn. */
const FIELDS_PER_TURN = 50_000;

/** A table with data about images. */
export interface CsvTable extends TableColumns {
  /** Column names; of a table without a header `column 1`, `column 2`, ... */
  readonly header: readonly string[];
  /** Records after the header whose path is not empty. */
  readonly records: readonly (readonly string[])[];
  /** The encoding, if nothing in the file names it; null otherwise. */
  readonly guessedEncoding: string | null;
  readonly forms: TableForms;
}

/**
 * Reads a table with a path column, and perhaps a label column.
 * @param paths of the images, which decide the path column and the encoding where the file leaves them open
 * @param forms how its paths are compared with these
 * @throws DataError that names the file, and what was found and expected
 */
export async function readCsvTable(
  csv: string,
  paths: readonly string[],
  rules: ReadingRules,
  forms: PathForms = {},
): Promise<CsvTable> {
  const name = basename(csv);
  try {
    const bytes = await readRegularFile(csv);
    return (rules === 1 ? await tableByRules1(bytes) : null) ?? (await tableOf(bytes, paths, forms));
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`) : error;
  }
}

async function tableOf(bytes: Uint8Array, paths: readonly string[], forms: PathForms): Promise<CsvTable> {
  const { text, encoding, isGuessed } = decodeTable(bytes, paths);
  const records = await recordsOf(text, findSeparator(text));
  const columns = columnsOf(records, paths, forms);
  const { path, hasHeader } = columns;
  const header = hasHeader ? records[0]! : (records[0] ?? []).map((_, i) => `column ${i + 1}`);
  return {
    ...columns,
    header,
    records: (hasHeader ? records.slice(1) : records).filter((row) => (row[path] ?? '').trim() !== ''),
    guessedEncoding: isGuessed ? encoding : null,
    forms,
  };
}

/**
 * Returns a table whose labels are in another column.
 * @param name of the column; empty for none @throws DataError if there is no such column besides that of the images
 */
export function withLabelColumn(table: CsvTable, name: string): CsvTable {
  if (name === '') return { ...table, label: -1 };
  const label = table.header.findIndex((each, i) => i !== table.path && each.trim() === name.trim());
  if (label >= 0) return { ...table, label };
  const others = table.header.filter((_, i) => i !== table.path).map((each) => `'${each.trim()}'`);
  throw new DataError(`label column: got '${name}', expected one of ${others.slice(0, 20).join(', ')}`);
}

/** Reads a table as versions up to 0.1.0 did; null if those refused it. */
async function tableByRules1(bytes: Uint8Array): Promise<CsvTable | null> {
  const text = Buffer.from(bytes).toString('utf8');
  const [header = [], ...rows] = await recordsOf(text, separatorOfHeader(text));
  const columns = knownColumns(header);
  if (!columns) return null;
  const records = rows.filter((row) => (row[columns.path] ?? '') !== '');
  return { ...columns, header, records, hasHeader: true, form: 'path', guessedEncoding: null, forms: null };
}

async function recordsOf(text: string, separator: string): Promise<string[][]> {
  const records: string[][] = [];
  let fields = 0;
  let sinceTurn = 0;
  for (const record of csvRecords(text, separator)) {
    records.push(record);
    fields += record.length;
    if (fields > MAX_FIELDS) {
      throw new DataError(`over ${MAX_FIELDS} fields, expected that many at most; leave out columns`);
    }
    sinceTurn += record.length;
    if (sinceTurn < FIELDS_PER_TURN) continue;
    sinceTurn = 0;
    await turn();
  }
  return records;
}
