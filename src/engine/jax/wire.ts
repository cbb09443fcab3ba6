/**
 * Messages between the two processes: the length of a header (u32, little-endian), the header as JSON, then the bytes of the arrays
 * that its `arrays` lists, one after another. Their counterpart is python/latent_explorer_jax/wire.py.
 */

export type Values = Float32Array | Int32Array | Uint8Array;

export interface WireArray {
  readonly shape: readonly number[];
  readonly values: Values;
}

export interface JaxMessage {
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** What arrived is no message. */
class WireError extends Error {
  override readonly name = 'WireError';
}

/** Maximum size of a reply's header, in bytes: it lists a few arrays, or an error. */
const MAX_HEADER = 2 ** 20;
/** Maximum size of a reply's arrays together, in bytes. */
const MAX_ARRAYS = 2 ** 32;
/** Bytes per write: some systems take less than 2 GB at once. */
const SLICE_BYTES = 2 ** 26;

const dtypeOf = (values: Values): string =>
  values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';

/** Encodes a message in pieces. Those of arrays are views: the arrays must not change before they are written. */
export function* encodeMessage(
  header: object,
  arrays: Readonly<Record<string, WireArray>>,
): Generator<Uint8Array> {
  const listed = Object.entries(arrays).map(([name, { shape, values }]) => ({
    ...{ name, shape },
    dtype: dtypeOf(values),
  }));
  const text = Buffer.from(JSON.stringify({ ...header, arrays: listed }));
  const start = Buffer.alloc(4);
  start.writeUInt32LE(text.length);
  yield Buffer.concat([start, text]);
  for (const { values } of Object.values(arrays)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < bytes.length; i += SLICE_BYTES) yield bytes.subarray(i, i + SLICE_BYTES);
  }
}

/** What a header lists: bytes to come for arrays that are there to be filled. */
interface Arriving {
  readonly header: JaxMessage['header'];
  readonly arrays: Record<string, Float32Array>;
  readonly missing: Uint8Array[];
}

/** Splits a byte stream into messages. `push` throws a WireError for what is none; the stream is then unusable. */
export class MessageReader {
  private readonly head: Buffer[] = [];
  private arriving: Arriving | null = null;

  push(chunk: Uint8Array): JaxMessage[] {
    const messages: JaxMessage[] = [];
    for (let rest = chunk; ;) {
      const { arriving } = this;
      if (arriving === null) {
        const taken = this.takeHead(rest);
        if (taken === null) return messages;
        rest = taken;
      } else {
        rest = fill(arriving.missing, rest);
        if (arriving.missing.length > 0) return messages;
        messages.push({ header: arriving.header, arrays: arriving.arrays });
        this.arriving = null;
      }
    }
  }

  /** Adds bytes to the header. @returns what follows the header, or null if that is not complete */
  private takeHead(bytes: Uint8Array): Uint8Array | null {
    this.head.push(Buffer.from(bytes));
    const all = Buffer.concat(this.head.splice(0));
    const length = all.length < 4 ? 0 : all.readUInt32LE(0);
    if (length > MAX_HEADER)
      throw new WireError(`got a header of ${length} bytes, expected at most ${MAX_HEADER}`);
    if (all.length < 4 || all.length < 4 + length) {
      if (all.length > 0) this.head.push(all);
      return null;
    }
    this.arriving = arrivingOf(all.toString('utf8', 4, 4 + length));
    return all.subarray(4 + length);
  }
}

/** Fills arrays from the start of the bytes. @returns the bytes that are left */
function fill(missing: Uint8Array[], bytes: Uint8Array): Uint8Array {
  let rest = bytes;
  while (missing.length > 0) {
    const target = missing[0]!;
    const part = rest.subarray(0, target.length);
    target.set(part);
    rest = rest.subarray(part.length);
    if (part.length < target.length) {
      missing[0] = target.subarray(part.length);
      return rest;
    }
    missing.shift();
  }
  return rest;
}

function arrivingOf(text: string): Arriving {
  const header = parsed(text);
  const listed: unknown = header['arrays'];
  if (!Array.isArray(listed)) throw new WireError('got a header without a list of arrays');
  const arrays: Record<string, Float32Array> = {};
  let total = 0;
  for (const each of listed as Record<string, unknown>[]) {
    const { name, dtype, shape } = each ?? {};
    const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (typeof name !== 'string' || dtype !== 'float32' || !isShape)
      throw new WireError(`got ${JSON.stringify(each).slice(0, 200)}, expected an array of float32`);
    const length = (shape as number[]).reduce((product, size) => product * size, 1);
    total += 4 * length;
    if (total > MAX_ARRAYS)
      throw new WireError(`got arrays of ${total} bytes, expected at most ${MAX_ARRAYS}`);
    arrays[name] = new Float32Array(length);
  }
  const missing = Object.values(arrays)
    .filter(({ length }) => length > 0)
    .map(({ buffer }) => new Uint8Array(buffer));
  return { header, arrays, missing };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Neither.
  }
  throw new WireError(`got a header that is not a JSON object: ${text.slice(0, 100)}`);
}
