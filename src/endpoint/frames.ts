/**
 * Socket frames: 4 bytes total length, 4 bytes header length (little-endian), a JSON header, then the typed arrays that the
 * header refers to, each aligned to 8 bytes. The frame size is limited, so that a hostile peer cannot exhaust memory.
 */

/** Maximum frame size, in bytes, when sending and receiving. */
export const MAX_FRAME = 64 * 1024 * 1024;
/** Maximum frame size, in bytes, from a client that has not said hello yet. */
export const MAX_FIRST_FRAME = 64 * 1024;

const ARRAYS = { Uint8Array, Uint32Array, Int32Array, Float32Array, Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;
type KnownArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** Placeholder of a typed array in the header. The key `$array` is reserved: no message uses it. */
interface Placeholder {
  readonly $array: ArrayName;
  readonly offset: number;
  readonly length: number;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const align = (offset: number): number => (offset + 7) & ~7;

function isKnownArray(value: unknown): value is KnownArray {
  return ArrayBuffer.isView(value) && value.constructor.name in ARRAYS;
}

/** Encodes a message as a frame. @throws FrameError if it exceeds `MAX_FRAME` */
export function encodeFrame(message: unknown): Buffer {
  const sections: { offset: number; array: KnownArray }[] = [];
  let bodyLength = 0;
  const header = Buffer.from(
    JSON.stringify(message, (_key, value: unknown) => {
      if (isKnownArray(value)) {
        const offset = bodyLength;
        sections.push({ offset, array: value });
        bodyLength = align(offset + value.byteLength);
        const placeholder: Placeholder = {
          $array: value.constructor.name as ArrayName,
          offset,
          length: value.length,
        };
        return placeholder;
      }
      return value;
    }),
  );
  const bodyStart = align(8 + header.length);
  const total = bodyStart + bodyLength;
  if (total > MAX_FRAME) throw new FrameError(`message of ${total} bytes is over the limit of ${MAX_FRAME}`);
  const frame = Buffer.alloc(total);
  frame.writeUInt32LE(total, 0);
  frame.writeUInt32LE(header.length, 4);
  header.copy(frame, 8);
  for (const { offset, array } of sections) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), bodyStart + offset);
  }
  return frame;
}

function decodeFrame(frame: Buffer): unknown {
  const headerLength = frame.readUInt32LE(4);
  if (8 + headerLength > frame.length) throw new FrameError('header is longer than its frame');
  const body = frame.subarray(align(8 + headerLength));
  return JSON.parse(frame.toString('utf8', 8, 8 + headerLength), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$array' in value)) return value;
    const { $array, offset, length } = value as Placeholder;
    if (!Object.hasOwn(ARRAYS, $array)) throw new FrameError(`unknown array type '${String($array)}'`);
    const type = ARRAYS[$array];
    const end = offset + length * type.BYTES_PER_ELEMENT;
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      end > body.length
    ) {
      throw new FrameError('array section lies outside its frame');
    }
    // Copy, so that the array is aligned and does not share a pooled buffer.
    return new type(Uint8Array.prototype.slice.call(body, offset, end).buffer);
  });
}

/** Splits a byte stream into messages. `push` throws a FrameError for an invalid frame; the stream is then unusable. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private buffered = 0;

  /** @param limit maximum frame size, in bytes; may be changed between frames */
  constructor(public limit = MAX_FRAME) {}

  push(chunk: Buffer): unknown[] {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    const messages: unknown[] = [];
    for (
      let length = this.nextLength();
      length !== null && this.buffered >= length;
      length = this.nextLength()
    ) {
      const all = this.joined();
      messages.push(decodeFrame(all.subarray(0, length)));
      this.chunks = [all.subarray(length)];
      this.buffered = all.length - length;
    }
    return messages;
  }

  /** Returns the length of the next frame, or null until its first 8 bytes have arrived. */
  private nextLength(): number | null {
    if (this.buffered < 8) return null;
    if (this.chunks[0]!.length < 8) this.joined();
    const length = this.chunks[0]!.readUInt32LE(0);
    if (length < 8 || length > this.limit)
      throw new FrameError(`frame length ${length} is outside 8 to ${this.limit}`);
    return length;
  }

  private joined(): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}
