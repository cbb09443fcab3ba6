/** Stands in for `node:buffer`: bytes that can be read as text and as numbers. */

type Encoding = 'utf8' | 'utf-8' | 'latin1' | 'binary' | 'ascii' | 'hex' | 'base64';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Characters that a call can take as arguments. */
const PIECE = 8192;

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

function bytesOf(text: string, encoding: Encoding): Uint8Array {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return new TextEncoder().encode(text);
    case 'hex':
      return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
    case 'base64': {
      const plain = text
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/[^A-Za-z0-9+/]/g, '');
      return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
    }
    case 'latin1':
    case 'binary':
    case 'ascii':
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    default:
      throw new TypeError(`Unknown encoding: ${String(encoding)}`);
  }
}

/** Node's `Buffer`, with what is used of it. */
export class Buffer extends Uint8Array<ArrayBuffer> {
  /** @param content number of bytes, or memory that is viewed */
  constructor(content: number | ArrayBuffer, offset?: number, length?: number) {
    super(content as ArrayBuffer, offset, length);
  }

  static override from(
    value: string | ArrayBuffer | ArrayLike<number> | Iterable<number>,
    second?: Encoding | number | ((value: number, i: number) => number),
    length?: number,
  ): Buffer {
    if (typeof value === 'string') return copied(bytesOf(value, (second as Encoding | undefined) ?? 'utf8'));
    // A view on the same memory, as in Node.
    if (value instanceof ArrayBuffer || isShared(value))
      return new Buffer(value as ArrayBuffer, second as number | undefined, length);
    return copied(Uint8Array.from(value as Iterable<number>));
  }

  static alloc(size: number, fill: number | string = 0): Buffer {
    const made = new Buffer(size);
    if (typeof fill === 'string') return made.fillWith(bytesOf(fill, 'utf8'));
    return fill === 0 ? made : made.fill(fill);
  }

  static allocUnsafe(size: number): Buffer {
    return new Buffer(size);
  }

  static concat(
    parts: readonly Uint8Array[],
    length = parts.reduce((sum, part) => sum + part.length, 0),
  ): Buffer {
    const whole = new Buffer(length);
    let at = 0;
    for (const part of parts) {
      if (at >= length) break;
      whole.set(part.subarray(0, length - at), at);
      at += part.length;
    }
    return whole;
  }

  static byteLength(value: string | ArrayBufferView, encoding: Encoding = 'utf8'): number {
    return typeof value === 'string' ? bytesOf(value, encoding).length : value.byteLength;
  }

  static isBuffer(value: unknown): value is Buffer {
    return value instanceof Buffer;
  }

  static compare(a: Uint8Array, b: Uint8Array): number {
    const common = Math.min(a.length, b.length);
    for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
    return Math.sign(a.length - b.length);
  }

  override toString(encoding: Encoding = 'utf8', start = 0, end = this.length): string {
    const bytes = this.subarray(Math.max(0, start), Math.min(end, this.length));
    switch (encoding) {
      case 'utf8':
      case 'utf-8':
        return utf8.decode(bytes);
      case 'hex':
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      case 'base64':
        return btoa(latin1(bytes));
      case 'ascii':
        return latin1(bytes.map((byte) => byte & 0x7f));
      case 'latin1':
      case 'binary':
        return latin1(bytes);
    }
  }

  /** A view, unlike `slice` of other arrays. */
  override slice(start?: number, end?: number): Buffer {
    return this.subarray(start, end);
  }

  override subarray(start?: number, end?: number): Buffer {
    return super.subarray(start, end) as Buffer;
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0;
  }

  compare(other: Uint8Array): number {
    return Buffer.compare(this, other);
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }

  write(text: string, offset = 0, length?: number | Encoding, encoding: Encoding = 'utf8'): number {
    const bytes = bytesOf(text, typeof length === 'string' ? length : encoding);
    const part = bytes.subarray(0, Math.min(bytes.length, this.length - offset));
    this.set(part, offset);
    return part.length;
  }

  override indexOf(value: number | string | Uint8Array, from = 0): number {
    if (typeof value === 'number') return super.indexOf(value, from);
    const wanted = typeof value === 'string' ? bytesOf(value, 'utf8') : value;
    for (let at = super.indexOf(wanted[0] ?? 0, from); at >= 0; at = super.indexOf(wanted[0] ?? 0, at + 1))
      if (wanted.every((byte, i) => this[at + i] === byte)) return at;
    return -1;
  }

  override includes(value: number | string | Uint8Array, from = 0): boolean {
    return this.indexOf(value, from) >= 0;
  }

  private fillWith(bytes: Uint8Array): this {
    for (let i = 0; i < this.length && bytes.length > 0; i++) this[i] = bytes[i % bytes.length]!;
    return this;
  }
}

function copied(bytes: Uint8Array): Buffer {
  const made = new Buffer(bytes.length);
  made.set(bytes);
  return made;
}

const isShared = (value: unknown): boolean =>
  typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer;

/** Numbers in bytes, by the names of DataView, with their sizes in bytes; in Node's names `Uint` is `UInt`, and `Float32` is `Float`. */
const NUMBERS = {
  Uint8: 1,
  Int8: 1,
  Uint16: 2,
  Int16: 2,
  Uint32: 4,
  Int32: 4,
  Float32: 4,
  Float64: 8,
  BigUint64: 8,
  BigInt64: 8,
} as const;
type NumberName = keyof typeof NUMBERS;

const nodeName = (name: NumberName): string =>
  name.replace('Uint', 'UInt').replace('Float32', 'Float').replace('Float64', 'Double');

for (const [name, size] of Object.entries(NUMBERS) as [NumberName, number][])
  for (const [end, isLittle] of size === 1
    ? ([['', true]] as const)
    : ([
        ['LE', true],
        ['BE', false],
      ] as const)) {
    define(`read${nodeName(name)}${end}`, function (at = 0) {
      return viewAt(this, at, size)[`get${name}`](0, isLittle);
    });
    define(`write${nodeName(name)}${end}`, function (value: number | bigint, at = 0) {
      const view = viewAt(this, at, size);
      if (name === 'BigUint64' || name === 'BigInt64') view[`set${name}`](0, BigInt(value), isLittle);
      else view[`set${name}`](0, Number(value), isLittle);
      return at + size;
    });
  }

function define(name: string, method: (this: Buffer, ...args: never[]) => number | bigint): void {
  Object.defineProperty(Buffer.prototype, name, { value: method, writable: true, configurable: true });
}

/** @throws RangeError beyond the end, with Node's code */
function viewAt({ buffer, byteOffset, length }: Buffer, at: number, size: number): DataView {
  if (!Number.isInteger(at) || at < 0 || at + size > length) {
    const error = new RangeError(`The value of "offset" is out of range: got ${at} of ${length} bytes`);
    throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
  }
  return new DataView(buffer, byteOffset + at, size);
}

/** Whether bytes are text in UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
