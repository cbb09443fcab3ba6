import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { DataError } from '../../images/data-error';

const MAX_DEPTH = 16;
/** Maximum bytes of a 64-bit varint. */
const MAX_NUMBER_BYTES = 10;

/** Type codes of Thrift's compact protocol. */
const STOP = 0;
const BOOLEANS = [1, 2];
const BYTE = 3;
const WHOLE_NUMBERS = [4, 5, 6];
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

export type ThriftStruct = Readonly<Record<string, unknown>>;

/**
 * Reads a struct in Thrift's compact protocol, the format of Parquet metadata.
 * @param limit maximum number of values
 * @returns the struct, and the offset of its end
 * @throws as `checkThrift`
 */
export function readThrift(
  bytes: Uint8Array,
  limit: number,
): { readonly struct: ThriftStruct; readonly end: number } {
  checkThrift(bytes, limit);
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const struct = deserializeTCompactProtocol(reader) as ThriftStruct;
  return { struct, end: reader.offset };
}

/**
 * Rejects input that would crash the parser, which allocates as many values as a list declares before reading any: a
 * hundred bytes could take gigabytes and end the process.
 * @throws DataError for over `limit` values, or too deep nesting; RangeError if the bytes end early
 */
export function checkThrift(bytes: Uint8Array, limit: number): void {
  new ThriftCounter(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), limit).struct(0);
}

/** Skips through values to count them, without storing any. */
class ThriftCounter {
  private offset = 0;
  private values = 0;

  constructor(
    private readonly view: DataView,
    private readonly limit: number,
  ) {}

  struct(depth: number): void {
    if (depth > MAX_DEPTH) throw new DataError(`broken: a description of over ${MAX_DEPTH} levels`);
    for (;;) {
      const byte = this.view.getUint8(this.offset++);
      if ((byte & 0x0f) === STOP) return;
      if (byte >> 4 === 0) this.number();
      if (!BOOLEANS.includes(byte & 0x0f)) this.value(byte & 0x0f, depth);
      this.count();
    }
  }

  private value(type: number, depth: number): void {
    if (type === BYTE || BOOLEANS.includes(type)) this.skip(1);
    else if (WHOLE_NUMBERS.includes(type)) this.number();
    else if (type === DOUBLE) this.skip(8);
    else if (type === BINARY) this.skip(this.number());
    else if (type === LIST) this.list(depth + 1);
    else if (type === STRUCT) this.struct(depth + 1);
    else throw new DataError(`broken: a value of type ${type}`);
  }

  private list(depth: number): void {
    if (depth > MAX_DEPTH) throw new DataError(`broken: a description of over ${MAX_DEPTH} levels`);
    const byte = this.view.getUint8(this.offset++);
    const declared = byte >> 4;
    const length = declared === 15 ? this.number() : declared;
    for (let i = 0; i < length; i++) {
      this.value(byte & 0x0f, depth);
      this.count();
    }
  }

  private count(): void {
    if (++this.values > this.limit) {
      throw new DataError(`a description of over ${this.limit} values, expected that many at most`);
    }
  }

  private skip(length: number): void {
    this.offset += length;
    if (!(length >= 0 && this.offset <= this.view.byteLength)) throw new RangeError('it ends early');
  }

  /** Reads a varint as the parser does, possibly negative; the sign is irrelevant if the number is only skipped. */
  private number(): number {
    let value = 0;
    for (let i = 0; i < MAX_NUMBER_BYTES; i++) {
      const byte = this.view.getUint8(this.offset++);
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    throw new DataError(`broken: a number of over ${MAX_NUMBER_BYTES} bytes`);
  }
}
