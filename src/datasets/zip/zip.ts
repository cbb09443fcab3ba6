import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { crc32 } from '../../images/codecs/crc32';
import type { RandomAccessFile } from './random-access';
import { readZipDirectory } from './zip-directory';
import type { ZipEntry } from './zip-directory';
import { DataError } from '../../images/data-error';

/** Larger entries are inflated a piece at a time, by another thread; for small ones that would take longer than the work itself. */
const SMALL_ENTRY_BYTES = 256 * 1024;
const PIECE_BYTES = 512 * 1024;
const LOCAL_HEADER = 30;
/** Bytes of the name and of extra fields, of most entries. */
const USUAL_NAME = 256;

/** A ZIP archive whose table of contents has been checked; entries are read one at a time. */
export class ZipArchive {
  private constructor(
    private readonly file: RandomAccessFile,
    readonly entries: readonly ZipEntry[],
  ) {}

  /** @throws DataError as `readZipDirectory` */
  static async open(file: RandomAccessFile, signal?: AbortSignal): Promise<ZipArchive> {
    return new ZipArchive(file, await readZipDirectory(file, signal));
  }

  /** The name of the archive's file. */
  get name(): string {
    return this.file.name;
  }

  /**
   * The content of an entry in memory, checked as by `pieces`; for an entry that is known not to be too large.
   * @param limit bytes that are enough: of a larger entry only the first are read, and not checked
   * @throws DataError with a short reason, without the archive's name
   */
  async read(entry: ZipEntry, limit = Infinity): Promise<Uint8Array> {
    if (entry.size <= SMALL_ENTRY_BYTES && entry.compressedSize <= SMALL_ENTRY_BYTES) return this.readSmall(entry);
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
   * The content of an entry a piece at a time, checked against the size and the CRC-32 that the archive declares: that may
   * fail behind the last piece. No more than the declared size is ever inflated.
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
    // One more than is expected, so that too much is seen.
    const options = { maxOutputLength: entry.size + 1 };
    try {
      if (entry.method === 'deflated') content = inflateRawSync(compressed, options);
    } catch (error) {
      throw explained(error, entry.size);
    }
    check(entry, content.length, crc32(content));
    return content;
  }

  /** Compressed, in one read with the header in front of it; in a second one where that has a long name or more. */
  private async smallContent({ problem, headerStart, compressedSize }: ZipEntry): Promise<Buffer> {
    if (problem !== undefined) throw new DataError(problem);
    const most = LOCAL_HEADER + USUAL_NAME + compressedSize;
    const bytes = await this.file.read(headerStart, Math.min(most, this.file.size - headerStart));
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

  /** Where the content of an entry begins. */
  private async start(entry: ZipEntry): Promise<number> {
    if (entry.problem !== undefined) throw new DataError(entry.problem);
    return entry.headerStart + contentStart(await this.file.read(entry.headerStart, LOCAL_HEADER));
  }
}

/** Where the content lies behind the header of an entry, by that header. */
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
