/** Stands in for `node:zlib`, by fflate. */
import { Gunzip, Inflate, Unzlib, zlibSync } from 'fflate';
import type { FlateStreamHandler } from 'fflate';
import { Buffer } from './buffer';

interface Limits {
  /** Bytes of the result, at most. */
  readonly maxOutputLength?: number;
  /** Present if the data may end in the middle: then what there is of the result is returned. */
  readonly finishFlush?: number;
}

type StreamOptions = Pick<Limits, 'finishFlush'> & { readonly chunkSize?: number };

/** What decompresses piece by piece, of any format of fflate's. */
interface Inflating {
  ondata: FlateStreamHandler;
  push(piece: Uint8Array, isLast?: boolean): void;
}

/** fflate decompresses a piece as a whole: 64 KiB of a bomb become 64 MiB at most. */
const PIECE_BYTES = 1 << 16;

class ZlibError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

const tooLarge = (most: number): RangeError =>
  Object.assign(new RangeError(`Cannot create a Buffer larger than ${most} bytes`), {
    code: 'ERR_BUFFER_TOO_LARGE',
  });

/** fflate's words for data that end too early. */
const ENDS_EARLY = /unexpected EOF/i;

function explained(error: unknown): Error {
  const { message } = error as Error;
  return ENDS_EARLY.test(message)
    ? new ZlibError('unexpected end of file', 'Z_BUF_ERROR')
    : new ZlibError(message, 'Z_DATA_ERROR');
}

const inflateWith =
  (create: () => Inflating) =>
  (
    bytes: Uint8Array,
    { maxOutputLength = Infinity, finishFlush }: Limits & { readonly chunkSize?: number } = {},
  ): Buffer => {
    const isPart = finishFlush !== undefined;
    const pieces: Uint8Array[] = [];
    let length = 0;
    const inflating = create();
    inflating.ondata = (piece) => {
      length += piece.length;
      if (length > maxOutputLength) throw tooLarge(maxOutputLength);
      pieces.push(piece);
    };
    try {
      for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES)
        inflating.push(bytes.subarray(at, at + PIECE_BYTES), !isPart && at + PIECE_BYTES >= bytes.length);
    } catch (error) {
      throw error instanceof RangeError ? error : explained(error);
    }
    return Buffer.concat(pieces);
  };

export const inflateSync = inflateWith(() => new Unzlib());
export const inflateRawSync = inflateWith(() => new Inflate());
export const gunzipSync = inflateWith(() => new Gunzip());

export function brotliDecompressSync(): never {
  throw new ZlibError('Brotli is not read in a browser', 'ERR_BROTLI_INVALID_PARAM');
}

export function deflateSync(
  bytes: Uint8Array,
  { level = 6 }: { readonly level?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 } = {},
): Buffer {
  return Buffer.from(zlibSync(bytes, { level }));
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param before sum of the bytes before */
export function crc32(data: Uint8Array | string, before = 0): number {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  let value = ~before;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

/** Decompresses what is written into it, for whoever reads its pieces. */
class InflateStream {
  destroyed = false;
  private readonly pieces: Buffer[] = [];
  private failure: Error | null = null;
  private isEnded = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly inflating: Inflating,
    private readonly isPart: boolean,
  ) {
    inflating.ondata = (piece) => void this.pieces.push(Buffer.from(piece));
  }

  /** Returns whether more is welcome; otherwise `drain` follows, once what there is was read. */
  write(bytes: Uint8Array): boolean {
    this.push(bytes, false);
    return this.pieces.length === 0;
  }

  end(bytes = new Uint8Array(0)): void {
    this.push(bytes, !this.isPart);
    this.isEnded = true;
    this.wake();
  }

  destroy(error?: Error): void {
    this.failure ??= error ?? null;
    this.destroyed = true;
    this.wake();
    this.call();
  }

  once(_event: 'drain' | 'close', listener: () => void): this {
    this.waiting.push(listener);
    return this;
  }

  on(): this {
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      for (let piece = this.pieces.shift(); piece; piece = this.pieces.shift()) yield piece;
      if (this.failure) throw this.failure;
      if (this.destroyed || this.isEnded) return;
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      this.call();
      await woken;
    }
  }

  private readonly waiting: (() => void)[] = [];

  private call(): void {
    for (const listener of this.waiting.splice(0)) listener();
  }

  private push(bytes: Uint8Array, isLast: boolean): void {
    if (this.destroyed) return;
    try {
      for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES)
        this.inflating.push(bytes.subarray(at, at + PIECE_BYTES), isLast && at + PIECE_BYTES >= bytes.length);
    } catch (error) {
      this.destroy(explained(error));
    }
    this.wake();
  }
}

const isPart = ({ finishFlush }: StreamOptions): boolean => finishFlush !== undefined;

export const createGunzip = (options: StreamOptions = {}): InflateStream =>
  new InflateStream(new Gunzip(), isPart(options));
export const createInflateRaw = (options: StreamOptions = {}): InflateStream =>
  new InflateStream(new Inflate(), isPart(options));

export const constants = { Z_SYNC_FLUSH: 2 };
