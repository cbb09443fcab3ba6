import { csvField } from '../../shared/csv-field';
import { float32Text } from '../../text/float32-text';
import type { LatentsTable, TableColumn } from './table';

/** Rows per piece. */
const PIECE_ROWS = 1000;

/**
 * Encodes the table as CSV in UTF-8, piece by piece: a column for each number of a vector (`mean_0`, ...), tags as a JSON array, nothing
 * for a missing value. Texts that a spreadsheet would take for a formula begin with an apostrophe.
 */
export function* toCsv({ count, columns }: LatentsTable): Generator<Uint8Array> {
  const utf8 = new TextEncoder();
  yield utf8.encode(`${columns.flatMap(headersOf).join(',')}\n`);
  for (let first = 0; first < count; first += PIECE_ROWS) {
    const rows = Array.from({ length: Math.min(PIECE_ROWS, count - first) }, (_, i) =>
      columns.map((column) => cellsOf(column, first + i)).join(','),
    );
    yield utf8.encode(`${rows.join('\n')}\n`);
  }
}

const headersOf = (column: TableColumn): string[] =>
  column.kind === 'vector'
    ? Array.from({ length: column.width }, (_, i) => `${column.name}_${i}`)
    : [csvField(column.name)];

function cellsOf(column: TableColumn, row: number): string {
  switch (column.kind) {
    case 'text':
      return csvField(column.values[row] ?? '');
    case 'texts':
      return csvField(JSON.stringify(column.values[row]));
    case 'number': {
      const value = column.values[row]!;
      if (Number.isNaN(value)) return '';
      return column.values instanceof Float32Array ? float32Text(value) : String(value);
    }
    case 'vector': {
      const { width, values } = column;
      return Array.from(values.subarray(row * width, (row + 1) * width), float32Text).join(',');
    }
    default:
      return column satisfies never;
  }
}
