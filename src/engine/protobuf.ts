/**
 * Writer of the protocol buffer wire format, https://protobuf.dev/programming-guides/encoding/.
 * A message is a sequence of fields in any order, each a tag (`field << 3 | wire type`) and a value.
 */

/** Wire types, which tell a reader where a value ends. */
const WireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

const utf8 = new TextEncoder();

/**
 * Appends seven bits per byte, lowest first; the top bit marks that more follow. Negative numbers take ten bytes: 2^64 + value.
 */
function pushVarint(bytes: number[], value: number | bigint): void {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`a varint of ${value}, expected a whole number below 2^53, or a bigint`);
  }
  if (value < 0 || value > 0x7fff_ffff) {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
  } else {
    let rest = Number(value);
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
}

/**
 * A message under construction. It keeps references to the given bytes, however deeply nested, and copies them once, in
 * `encode`, so they must not change before then. A child is added in its state at the time of the call.
 */
export class ProtobufMessage {
  private readonly pieces: Uint8Array[] = [];
  private size = 0;

  /** Writes an int32, int64, uint32, uint64, bool or enum. */
  varint(field: number, value: number | bigint | boolean): this {
    return this.write(field, WireType.varint, typeof value === 'boolean' ? Number(value) : value);
  }

  float(field: number, value: number): this {
    return this.write(field, WireType.fixed32).append(littleEndian([value]));
  }

  double(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, value, true);
    return this.write(field, WireType.fixed64).append(new Uint8Array(bytes.buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.write(field, WireType.lengthDelimited, value.byteLength).append(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  strings(field: number, values: Iterable<string>): this {
    for (const value of values) this.string(field, value);
    return this;
  }

  message(field: number, child: ProtobufMessage): this {
    this.write(field, WireType.lengthDelimited, child.size);
    for (const piece of child.pieces) this.append(piece);
    return this;
  }

  messages(field: number, children: Iterable<ProtobufMessage>): this {
    for (const child of children) this.message(field, child);
    return this;
  }

  /** Writes a packed repeated field of integers, which readers also accept for an unpacked field. */
  packedVarints(field: number, values: Iterable<number | bigint>): this {
    const packed: number[] = [];
    for (const value of values) pushVarint(packed, value);
    return this.bytes(field, Uint8Array.from(packed));
  }

  packedFloats(field: number, values: Iterable<number>): this {
    return this.bytes(field, littleEndian([...values]));
  }

  /** Writes a `map<string, V>`: each entry is a message with the key as field 1 and the value as field 2. */
  map(field: number, entries: Iterable<readonly [string, ProtobufMessage | string]>): this {
    for (const [key, value] of entries) {
      const entry = new ProtobufMessage().string(1, key);
      this.message(field, typeof value === 'string' ? entry.string(2, value) : entry.message(2, value));
    }
    return this;
  }

  encode(): Uint8Array {
    const encoded = new Uint8Array(this.size);
    let offset = 0;
    for (const piece of this.pieces) {
      encoded.set(piece, offset);
      offset += piece.byteLength;
    }
    return encoded;
  }

  /** Appends a tag and, if given, a varint: the value itself, or the length of the bytes that follow. */
  private write(field: number, type: number, value?: number | bigint): this {
    const bytes: number[] = [];
    pushVarint(bytes, field * 8 + type);
    if (value !== undefined) pushVarint(bytes, value);
    return this.append(Uint8Array.from(bytes));
  }

  private append(piece: Uint8Array): this {
    this.pieces.push(piece);
    this.size += piece.byteLength;
    return this;
  }
}

function littleEndian(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => bytes.setFloat32(4 * index, value, true));
  return new Uint8Array(bytes.buffer);
}
