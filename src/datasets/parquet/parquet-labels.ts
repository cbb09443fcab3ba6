import type { LabelColumn } from './parquet-label-column';
import type { ParquetFile } from './parquet-file';
import type { Slices } from './parquet-page';
import type { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';

/** Limit in bytes; longer texts are not labels. */
const MAX_LABEL_LENGTH = 1000;

/**
 * Reads the label of each row. Numbers are labels if all are whole. A list is a label if it has one element at most, or if all lists
 * have one length and are 0 but for a 1, whose position is the class then.
 * @throws DataError with the reason if the values are no labels
 */
export async function readParquetLabels(
  file: RandomAccessFile,
  parquet: ParquetFile,
  column: LabelColumn,
  onPage: (bytes: number) => void,
): Promise<(string | undefined)[]> {
  parquet.declaredBytes(column.path);
  const rows = column.isList ? new ListRows() : new PlainRows();
  for (const [group, count] of parquet.groups.entries()) {
    const pages = parquet.pages(column.path, group, onPage);
    const end = rows.count + count;
    for (let page = await pages.read(file, 0); page; page = await pages.read(file, pages.next)) {
      for (let i = 0; i < page.starts.length; i++) {
        rows.add(textOf(page, i, column.type), page.repetitions?.[i] === 0);
      }
    }
    rows.fillTo(end);
  }
  return rows.labels();
}

/** One value a row. */
class PlainRows {
  private readonly found: (string | undefined)[] = [];

  get count(): number {
    return this.found.length;
  }

  add(label: string | undefined): void {
    this.found.push(label);
  }

  fillTo(count: number): void {
    while (this.found.length < count) this.found.push(undefined);
  }

  labels(): (string | undefined)[] {
    return this.found;
  }
}

/** Rows of lists: each as a single label, and as the position of its only 1. */
class ListRows {
  private readonly first: (string | undefined)[] = [];
  private readonly lengths: number[] = [];
  /** Position of a row's 1; -1 for none so far, -2 for anything else in the row. */
  private readonly ones: number[] = [];

  get count(): number {
    return this.first.length;
  }

  add(label: string | undefined, startsRow: boolean): void {
    if (startsRow) this.fillTo(this.count + 1);
    const row = this.count - 1;
    if (row < 0) throw new DataError('broken: a list that begins in its middle');
    if (label === undefined) return;
    const length = this.lengths[row]!;
    if (length === 0) this.first[row] = label;
    const isOne = /^(1|true)$/.test(label);
    if (isOne) this.ones[row] = this.ones[row] === -1 ? length : -2;
    else if (!/^(0|false)$/.test(label)) this.ones[row] = -2;
    this.lengths[row] = length + 1;
  }

  fillTo(count: number): void {
    while (this.count < count) {
      this.first.push(undefined);
      this.lengths.push(0);
      this.ones.push(-1);
    }
  }

  labels(): (string | undefined)[] {
    const longest = this.lengths.reduce((a, b) => Math.max(a, b), 0);
    if (longest <= 1) return this.first;
    const isOneHot = this.lengths.every(
      (length, row) => length === 0 || (length === longest && this.ones[row]! >= 0),
    );
    if (isOneHot) return this.ones.map((one) => (one < 0 ? undefined : String(one)));
    const several = this.lengths.filter((length) => length > 1).length;
    throw new DataError(`${several} of ${this.count} rows have several labels, expected one for each image`);
  }
}

function textOf({ bytes, starts, lengths }: Slices, index: number, type: string): string | undefined {
  const length = lengths[index]!;
  if (length < 0 || length > MAX_LABEL_LENGTH) return undefined;
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + starts[index]!, length);
  switch (type) {
    case 'INT32':
      return String(value.readInt32LE());
    case 'INT64':
      return String(value.readBigInt64LE());
    case 'BOOLEAN':
      return value[0] === 0 ? 'false' : 'true';
    case 'FLOAT':
      return wholeNumber(value.readFloatLE());
    case 'DOUBLE':
      return wholeNumber(value.readDoubleLE());
    default:
      return value.toString('utf8');
  }
}

/** Returns a number's text; undefined for NaN, which stands for a missing value. @throws DataError if it is not whole */
function wholeNumber(value: number): string | undefined {
  if (Number.isNaN(value)) return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  throw new DataError(`numbers such as ${value}, expected whole ones or texts`);
}
