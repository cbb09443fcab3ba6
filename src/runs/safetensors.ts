/**
 * The safetensors format (little-endian u64 header length, JSON header, data), float32 only. Decoding any input yields tensors
 * or a SafetensorsError, in bounded time and memory.
 */

/** Maximum header size, in bytes. The reference implementation allows 100 MB, which take seconds to parse; ours have a few kB. */
export const MAX_HEADER_BYTES = 1_000_000;
const MAX_TENSORS = 10_000;

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Returns the parts of a file, to be written in order. Tensors keep the order of the map. */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: file.metadata };
  let offset = 0;
  for (const [name, { shape, data }] of file.tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces after the header align the data to 8 bytes.
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const parts: Uint8Array[] = [length, padded];
  for (const { data } of file.tensors.values()) {
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return parts;
}

interface Entry {
  readonly name: string;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function fail(what: string): never {
  throw new SafetensorsError(`not a usable safetensors file: ${what}`);
}

function readEntry(name: string, value: unknown, dataLength: number): Entry {
  if (typeof value !== 'object' || value === null) fail(`entry '${name}' is not an object`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (dtype !== 'F32') fail(`'${name}' has type ${String(dtype)}, expected F32`);
  const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(whole)) fail(`'${name}' has a bad shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole)) {
    fail(`'${name}' has bad data_offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, side) => product * side, 4);
  if (end > dataLength || end - begin !== size) fail(`'${name}' does not match its place in the file`);
  return { name, shape, begin, end };
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Offset of the data in the file. */
  readonly dataStart: number;
}

/**
 * Decodes the header of a file.
 * @param bytes the file, or its start with the whole header @param size of the file in bytes
 * @throws SafetensorsError if it is invalid or unsupported, or does not describe a file of this size
 */
export function decodeHeader(bytes: Uint8Array, size: number): Header {
  if (bytes.length < 8) fail(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(MAX_HEADER_BYTES, bytes.length - 8)))
    fail(`header of ${headerLength} bytes`);
  const dataStart = 8 + Number(headerLength);
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(8, dataStart)).toString('utf8'));
  } catch {
    fail('the header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    fail('the header is not an object');
  const { __metadata__: metadata = {}, ...rest } = header as Record<string, unknown>;
  if (typeof metadata !== 'object' || metadata === null) fail('__metadata__ is not an object');
  if (!Object.values(metadata).every((value) => typeof value === 'string'))
    fail('__metadata__ is not all text');
  const names = Object.keys(rest);
  if (names.length > MAX_TENSORS) fail(`${names.length} tensors`);
  const entries = names
    .map((name) => readEntry(name, rest[name], size - dataStart))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) fail(`'${name}' overlaps its neighbour or leaves a gap`);
    covered = end;
  }
  if (covered !== size - dataStart) fail('bytes after the last tensor');
  return { entries, metadata: metadata as Record<string, string>, dataStart };
}

/** Decodes a file. @throws SafetensorsError for invalid or unsupported content */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, dataStart } = decodeHeader(bytes, bytes.length);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, begin, end } of entries) {
    // A true copy (a Buffer's own `slice` is a view): the data may not be aligned to 4 bytes in the file's buffer.
    const copy = Uint8Array.prototype.slice.call(bytes, dataStart + begin, dataStart + end);
    const data = new Float32Array(copy.buffer);
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}
