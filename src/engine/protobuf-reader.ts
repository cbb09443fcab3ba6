/**
 * Reader of the protocol buffer wire format (see protobuf.ts for the writer), for files of others: every length is checked against
 * the bytes that are there, and nothing is allocated that a file only claims to hold.
 */

/** Error for bytes that are no protocol buffer message. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** A field of a message: a number (int, bool, enum), or bytes (a string, a message, packed numbers, a fixed-size number). */
export type ProtobufField =
  | { readonly number: number; readonly value: bigint; readonly bytes?: undefined }
  | { readonly number: number; readonly value?: undefined; readonly bytes: Uint8Array };

const MAX_VARINT_BYTES = 10;
const utf8 = new TextDecoder();

/** Yields the fields of a message in their order. @throws ProtobufError where the bytes cannot be one */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  const reader = new Reader(message);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const number = Number(tag >> 3n);
    if (number < 1 || number >= 2 ** 29) throw reader.broken(`a field with the number ${number}`);
    const wireType = Number(tag & 7n);
    if (wireType === 0) yield { number, value: reader.varint() };
    else if (wireType === 1) yield { number, bytes: reader.take(8) };
    else if (wireType === 2) yield { number, bytes: reader.take(Number(reader.varint())) };
    else if (wireType === 5) yield { number, bytes: reader.take(4) };
    else throw reader.broken(`the wire type ${wireType}`);
  }
}

/** Returns a field's text. @throws ProtobufError if it is a number */
export function textOf(field: ProtobufField): string {
  return utf8.decode(bytesOf(field));
}

/** Returns a field's bytes. @throws ProtobufError if it is a number */
export function bytesOf({ number, bytes }: ProtobufField): Uint8Array {
  if (bytes) return bytes;
  throw new ProtobufError(`the field ${number} is a number, expected bytes`);
}

/** Returns the signed numbers of a field of integers, packed or not. @throws ProtobufError */
export function* integersOf({ value, bytes }: ProtobufField): Generator<bigint> {
  if (bytes === undefined) {
    yield BigInt.asIntN(64, value);
    return;
  }
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) yield BigInt.asIntN(64, reader.varint());
}

/** Returns the signed number of a field. @throws ProtobufError if it holds several, or none */
export function integerOf(field: ProtobufField): number {
  if (field.value === undefined)
    throw new ProtobufError(`the field ${field.number} holds bytes, expected a number`);
  return Number(BigInt.asIntN(64, field.value));
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw this.broken('the end of the bytes within a number');
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value;
    }
    throw this.broken(`a number of more than ${MAX_VARINT_BYTES} bytes`);
  }

  take(length: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (length > left) throw this.broken(`a field of ${length} bytes where ${left} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  broken(got: string): ProtobufError {
    return new ProtobufError(`got ${got}, at byte ${this.at} of ${this.bytes.length}`);
  }
}
