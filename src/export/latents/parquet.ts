import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import type { LatentsTable, TableColumn } from './table';

/** Numbers per group of rows, which is made in memory at once. */
const GROUP_VALUES = 1_000_000;

/**
 * Encodes the table as Parquet (Snappy), a group of rows at a time: texts as strings, tags and vectors as lists, numbers of the model in
 * single precision. The file's metadata holds the table's facts.
 */
export function* toParquet({ count, columns, facts }: LatentsTable): Generator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'images', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
    createdBy: 'latent-explorer',
  });
  const width = columns.reduce((sum, column) => sum + (column.kind === 'vector' ? column.width : 1), 0);
  const group = Math.max(1, Math.floor(GROUP_VALUES / width));
  for (let first = 0; first < count; first += group) {
    const end = Math.min(first + group, count);
    void writer.write({
      columnData: columns.map((column) => sourceOf(column, first, end)),
      rowGroupSize: group,
    });
    yield taken(bytes);
  }
  void writer.finish();
  yield taken(bytes);
}

/** Takes what was written so far; positions in the file go on. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}

function schemaOf(column: TableColumn): SchemaElement[] {
  const { name } = column;
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  switch (column.kind) {
    case 'text':
      return [{ name, ...text, repetition_type: 'OPTIONAL' }];
    case 'number': {
      const type = column.values instanceof Float32Array ? 'FLOAT' : 'DOUBLE';
      return [{ name, type, repetition_type: 'OPTIONAL' }];
    }
    case 'texts':
      return listOf(name, text);
    case 'vector':
      return listOf(name, { type: 'FLOAT' });
    default:
      return column satisfies never;
  }
}

const listOf = (name: string, element: Omit<SchemaElement, 'name'>): SchemaElement[] => [
  { name, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'REQUIRED', ...element },
];

function sourceOf(column: TableColumn, first: number, end: number): ColumnSource {
  const { name } = column;
  switch (column.kind) {
    case 'text':
    case 'texts':
      return { name, data: column.values.slice(first, end) };
    case 'number':
      return {
        name,
        data: Array.from(column.values.subarray(first, end), (value) => (Number.isNaN(value) ? null : value)),
      };
    case 'vector': {
      const { width, values } = column;
      const row = (i: number): number[] =>
        Array.from(values.subarray((first + i) * width, (first + i + 1) * width));
      return { name, data: Array.from({ length: end - first }, (_, i) => row(i)), encoding: 'PLAIN' };
    }
    default:
      return column satisfies never;
  }
}
