import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import type { RandomAccessFile } from './random-access';
import { readZipDirectory } from './zip-directory';
import type { ZipEntry } from './zip-directory';
import { DataError } from '../../images/data-error';

/** Larger entries are inflated in pieces on another thread, an overhead that exceeds the work for small ones. */
const SMALL_ENTRY_BYTES = 256 * 1024;
const PIECE_BYTES = 512 * 1024;
const LOCAL_HEADER = 30;
/** Bytes that suffice for the name and extra fields of most entries. */
const USUAL_NAME = 256;

/** A ZIP archive with a checked central directory; entries are read one at a time. */
export class ZipArchive {
  private constructor(
    private readonly file: RandomAccessFile,
    readonly entries: readonly ZipEntry[],
  ) {}

  /** Reads and checks the central directory. @throws DataError as `readZipDirectory` */
  static async open(file: RandomAccessFile, signal?: AbortSignal): Promise<ZipArchive> {
    return new ZipArchive(file, await readZipDirectory(file, signal));
  }

  /** File name of the archive. */
  get name(): string {
    return this.file.name;
  }

  /**
   * Reads an entry into memory, checked like `pieces`. Callers must check that it is not too large.
   * @param limit bytes needed: a larger entry may be cut to these, without the final check
   * @throws DataError with a short reason, without the archive's name
   */
  async read(entry: ZipEntry, limit = Infinity): Promise<Uint8Array> {
    if (entry.size <= SMALL_ENTRY_BYTES && entry.compressedSize <= SMALL_ENTRY_BYTES)
      return this.readSmall(entry);
    const content = new Uint8Array(Math.min(entry.size, limit));
    let got = 0;
    for await (const piece of this.pieces(entry)) {
      content.set(piece.subarray(0, content.length - got), got);
      got += Math.min(piece.length, content.length - got);
      if (entry.size > limit && got === limit) break;
    }
    return content;
  }

  /**
   * Yields the content of an entry in pieces. Checks the declared size and CRC-32, so it may throw after the last piece.
   * Stops with an error as soon as the content exceeds the declared size.
   * @throws DataError with a short reason, without the archive's name
   */
  async *pieces(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    let got = 0;
    let crc = 0;
    for await (const piece of entry.method === 'stored'
      ? this.stored(entry, signal)
      : this.inflated(entry, signal)) {
      got += piece.length;
      if (got > entry.size) throw new DataError(`broken: more than the declared ${entry.size} bytes`);
      crc = crc32(piece, crc);
      yield piece;
    }
    check(entry, got, crc);
  }

  private async readSmall(entry: ZipEntry): Promise<Uint8Array> {
    const compressed = await this.smallContent(entry);
    let content: Uint8Array = compressed;
    // One byte more than declared, to detect excess output.
    const options = { maxOutputLength: entry.size + 1 };
    try {
      if (entry.method === 'deflated') content = inflateRawSync(compressed, options);
    } catch (error) {
      throw explained(error, entry.size);
    }
    check(entry, content.length, crc32(content));
    return content;
  }

  /** Reads the stored bytes together with the local header; needs a second read if name and extra fields are long. */
  private async smallContent({ problem, headerStart, compressedSize }: ZipEntry): Promise<Buffer> {
    if (problem !== undefined) throw new DataError(problem);
    const limit = LOCAL_HEADER + USUAL_NAME + compressedSize;
    const bytes = await this.file.read(headerStart, Math.min(limit, this.file.size - headerStart));
    const start = contentStart(bytes);
    if (start + compressedSize <= bytes.length) return bytes.subarray(start, start + compressedSize);
    return this.file.read(headerStart + start, compressedSize);
  }

  private async *stored(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const start = await this.start(entry);
    for (let done = 0; done < entry.compressedSize; done += PIECE_BYTES) {
      signal?.throwIfAborted();
      yield await this.file.read(start + done, Math.min(PIECE_BYTES, entry.compressedSize - done));
    }
  }

  private async *inflated(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const compressed = this.stored(entry, signal);
    const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
    const feed = async (): Promise<void> => {
      for await (const piece of compressed) {
        if (inflate.destroyed) return;
        if (!inflate.write(piece))
          await new Promise((resolve) => inflate.once('drain', resolve).once('close', resolve));
      }
      inflate.end();
    };
    feed().catch((error: Error) => inflate.destroy(error));
    try {
      for await (const piece of inflate) yield piece as Uint8Array;
    } catch (error) {
      throw explained(error, entry.size);
    } finally {
      inflate.destroy();
    }
  }

  /** Returns the byte offset of an entry's content in the archive. @throws DataError if it cannot be read */
  private async start(entry: ZipEntry): Promise<number> {
    if (entry.problem !== undefined) throw new DataError(entry.problem);
    return entry.headerStart + contentStart(await this.file.read(entry.headerStart, LOCAL_HEADER));
  }
}

/** Returns the offset of the content relative to the local header. @throws DataError if the header is invalid */
function contentStart(header: Buffer): number {
  if (header.length < LOCAL_HEADER || header.readUInt32LE(0) !== 0x04034b50) {
    throw new DataError('broken: no entry where the archive says');
  }
  return LOCAL_HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function check(entry: ZipEntry, got: number, crc: number): void {
  if (got !== entry.size) {
    throw new DataError(`broken: got ${got} bytes, the archive declares ${entry.size}`);
  }
  if (crc !== entry.crc32) throw new DataError('broken: its checksum is not the declared one');
}

function explained(error: unknown, size: number): unknown {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataError || name === 'AbortError') return error;
  return new DataError(
    `broken: ${code === 'ERR_BUFFER_TOO_LARGE' ? `more than the declared ${size} bytes` : message}`,
  );
}
