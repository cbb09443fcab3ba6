import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { csvRecords } from './csv';
import { readRegularFile } from '../../images/read-file';
import { DataError } from '../../images/data-error';

/** Names of the path and label columns, in order of preference. */
export const PATH_COLUMNS = ['path', 'file', 'filename', 'file_name', 'image', 'id'];
export const LABEL_COLUMNS = ['label', 'class', 'target', 'category'];

/** Limit of fields in a file; in memory they take several times the bytes of the file. */
const MAX_FIELDS = 20_000_000;
/** Fields parsed per event-loop turn. */
const FIELDS_PER_TURN = 50_000;

/** A CSV file with data about images. */
export interface CsvTable {
  readonly header: readonly string[];
  /** Indices of the path and label columns. */
  readonly path: number;
  readonly label: number;
  /** Records after the header whose path is not empty. */
  readonly records: readonly (readonly string[])[];
}

/** Reads a CSV file with a path and a label column. @throws DataError that names the file, and what was found and expected */
export async function readCsvTable(csv: string): Promise<CsvTable> {
  const name = basename(csv);
  try {
    const [header = [], ...rows] = await recordsOf(Buffer.from(await readRegularFile(csv)).toString('utf8'));
    const path = columnOf(header, PATH_COLUMNS);
    const label = columnOf(header, LABEL_COLUMNS);
    if (path === -1 || label === -1) {
      const got = `got the header '${header.join(',').slice(0, 200)}'`;
      const one = (names: readonly string[]) => names.join(', ');
      throw new DataError(
        `${got}, expected a column ${one(PATH_COLUMNS)} and a column ${one(LABEL_COLUMNS)}`,
      );
    }
    return { header, path, label, records: rows.filter((row) => (row[path] ?? '') !== '') };
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`) : error;
  }
}

async function recordsOf(text: string): Promise<string[][]> {
  const records: string[][] = [];
  let fields = 0;
  let sinceTurn = 0;
  for (const record of csvRecords(text)) {
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

/** Normalises a path to the form of ids: with '/', and without a leading `./`. */
export function csvPath(path: string): string {
  return path.trim().replaceAll('\\', '/').replace(/^\.\//, '');
}

function columnOf(header: readonly string[], names: readonly string[]): number {
  const columns = header.map((name) => name.trim().toLowerCase());
  return columns.indexOf(names.find((name) => columns.includes(name)) ?? ' ');
}
