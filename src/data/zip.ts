import { promisify } from 'node:util';
import { inflateRaw, inflateRawSync } from 'node:zlib';
import { crc32 } from './codecs/crc32';
import { DataError } from './dataset';
import type { RandomAccessFile } from './random-access';
import { readZipDirectory, type ZipEntry } from './zip-directory';

/** Larger entries are inflated in a thread; for small ones that would take longer than the work itself. */
const SMALL = 256 * 1024;
const LOCAL_HEADER = 30;
const inflate = promisify(inflateRaw);

/** A ZIP archive whose table of contents has been checked; entries are read one at a time, into memory. */
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
   * The content of an entry, checked against the size and the CRC-32 that the archive declares. No more than the declared
   * size is ever inflated.
   * @throws DataError with a short reason, without the archive's name
   */
  async read(entry: ZipEntry): Promise<Uint8Array> {
    const content = await this.contents(entry, entry.compressedSize, entry.size);
    if (content.length !== entry.size) {
      throw new DataError(`broken: got ${content.length} bytes, the archive declares ${entry.size}`);
    }
    if (crc32(content) !== entry.crc32) throw new DataError('broken: its checksum is not the declared one');
    return content;
  }

  private async contents(entry: ZipEntry, compressedSize: number, most: number): Promise<Uint8Array> {
    if (entry.problem !== undefined) throw new DataError(entry.problem);
    const header = await this.file.read(entry.headerStart, LOCAL_HEADER);
    if (header.readUInt32LE(0) !== 0x04034b50) throw new DataError('broken: no entry where the archive says');
    const start = entry.headerStart + LOCAL_HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
    const compressed = await this.file.read(start, compressedSize);
    if (entry.method === 'stored') return compressed;
    // One more than is expected, so that too much is seen. A limit of 0 is not allowed.
    const options = { maxOutputLength: most + 1 };
    try {
      return most <= SMALL ? inflateRawSync(compressed, options) : await inflate(compressed, options);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'ERR_BUFFER_TOO_LARGE' ? `more than the declared ${most} bytes` : message;
      throw new DataError(`broken: ${why}`);
    }
  }
}
