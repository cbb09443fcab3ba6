import { readVarInt } from 'hyparquet/src/thrift.js';
import { DataError } from '../../images/data-error';

/**
 * Decodes levels or indices of a Parquet page: runs of one value, and groups of eight values with `width` bits each.
 * @param start and `end`: byte range in `bytes`
 * @param count expected number of values
 * @throws DataError if a run is too long, or values are missing
 */
export function readRuns(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  width: number,
  count: number,
): Uint32Array {
  if (width > 32 || end > bytes.length) throw new DataError(`broken: levels or indices of ${width} bits`);
  const values = new Uint32Array(count);
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, end), offset: start };
  for (let seen = 0; seen < count;) {
    if (reader.offset >= end) throw new DataError(`broken: ${seen} levels or indices, expected ${count}`);
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const declared = isPacked ? (header >>> 1) * 8 : header >>> 1;
    const left = count - seen;
    // The last group of eight may be incomplete.
    if (declared > left + (isPacked ? 7 : 0)) {
      throw new DataError(`broken: a run of ${declared}, expected up to ${left}`);
    }
    const length = Math.min(declared, left);
    if (isPacked) {
      unpack(bytes.subarray(reader.offset, end), width, values.subarray(seen, seen + length));
      reader.offset += (declared / 8) * width;
    } else {
      const size = (width + 7) >> 3;
      unpack(bytes.subarray(reader.offset, end), 8 * size, values.subarray(seen, seen + 1));
      values.fill(values[seen]!, seen, seen + length);
      reader.offset += size;
    }
    seen += length;
  }
  return values;
}

/** Unpacks values of `width` bits each, lowest bits first. */
function unpack(bytes: Uint8Array, width: number, values: Uint32Array): void {
  if (values.length * width > bytes.length * 8)
    throw new DataError('broken: a run that its page does not hold');
  let bit = 0;
  for (let i = 0; i < values.length; i++) {
    let value = 0;
    for (let got = 0; got < width;) {
      const shift = bit & 7;
      const taken = Math.min(8 - shift, width - got);
      value |= ((bytes[bit >>> 3]! >> shift) & ((1 << taken) - 1)) << got;
      got += taken;
      bit += taken;
    }
    values[i] = value;
  }
}
