import { randomUUID } from 'node:crypto';
import { open, statfs, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { ensureFolder } from '../../setup/ensure-folder.mjs';
import { DataError } from '../../images/data-error';
import { fileProblem } from '../../images/read-file';
import { RandomAccessFile } from '../zip/random-access';
import type { TarBytes } from './tar-entries';

const PIECE_BYTES = 512 * 1024;
/** Limits of a decompressed archive: this many bytes at any ratio, the ratio above, and a total. */
const HARMLESS_BYTES = 2 * 2 ** 30;
const MAX_COMPRESSION_RATIO = 200;
const MAX_TOTAL_BYTES = 64 * 2 ** 30;
/** Free space is looked at each time this much was written, and as much is left. */
const CHECK_EVERY_BYTES = 64 * 2 ** 20;

/**
 * A file for decompressed archives, because gzip cannot be read from the middle. It has no name from the moment it is opened, so that
 * nothing stays behind, however the process ends.
 */
export class TarSpool {
  private file: FileHandle | null = null;
  private length = 0;

  /** @param cache folder of the cache; without it, the system's folder for temporary files is used */
  constructor(private readonly cache: string | undefined) {}

  /**
   * Decompresses an archive.
   * @throws DataError that names it: broken, truncated, expanding too far, or no room for it
   */
  async add(path: string, signal?: AbortSignal): Promise<TarBytes> {
    const name = basename(path);
    const first = this.length;
    await RandomAccessFile.use(path, async (source) => {
      const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
      const feed = async (): Promise<void> => {
        for await (const piece of source.pieces(0, source.size, signal)) {
          if (gunzip.destroyed) return;
          if (!gunzip.write(piece))
            await new Promise((resolve) => gunzip.once('drain', resolve).once('close', resolve));
        }
        gunzip.end();
      };
      const fed = feed().catch((error: Error) => void gunzip.destroy(error));
      try {
        for await (const piece of gunzip) {
          await this.write(name, piece as Uint8Array);
          check(name, this.length - first, source.size);
          signal?.throwIfAborted();
        }
      } catch (error) {
        throw explained(name, error);
      } finally {
        gunzip.destroy();
        await fed;
      }
    });
    return new SpooledArchive(name, this.file, first, this.length - first);
  }

  private async write(name: string, piece: Uint8Array): Promise<void> {
    const { folder } = this;
    try {
      this.file ??= await this.openFile();
      const before = Math.floor(this.length / CHECK_EVERY_BYTES);
      let written = 0;
      while (written < piece.length) {
        const { bytesWritten } = await this.file.write(
          piece,
          written,
          piece.length - written,
          this.length + written,
        );
        written += bytesWritten;
      }
      this.length += piece.length;
      if (Math.floor(this.length / CHECK_EVERY_BYTES) > before) await checkRoom(folder);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why =
        code === 'ENOSPC' || code === undefined
          ? `no room left${code ? '' : ` (${message})`}`
          : fileProblem(error);
      throw new DataError(
        `${folder}: cannot decompress ${name} there: ${why}; free some space, or decompress it yourself`,
      );
    }
  }

  private get folder(): string {
    return this.cache === undefined ? tmpdir() : join(this.cache, 'unpacked');
  }

  private async openFile(): Promise<FileHandle> {
    if (this.cache !== undefined) await ensureFolder(this.folder, 0o700);
    const path = join(this.folder, `latent-explorer-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  }

  /** Releases the space. Archives cannot be read afterwards. */
  async close(): Promise<void> {
    await this.file?.close();
    this.file = null;
  }
}

/** A decompressed archive in the spool. */
class SpooledArchive implements TarBytes {
  constructor(
    readonly name: string,
    private readonly file: FileHandle | null,
    private readonly first: number,
    readonly size: number,
  ) {}

  async read(position: number, length: number): Promise<Uint8Array> {
    if (!(position >= 0 && length >= 0 && position + length <= this.size)) {
      throw new DataError(`${this.name}: truncated or broken: it has ${this.size} bytes`);
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.file!.read(bytes, done, length - done, this.first + position + done);
      if (bytesRead === 0) throw new DataError(`${this.name}: its decompressed bytes are gone`);
      done += bytesRead;
    }
    return bytes;
  }
}

function check(name: string, bytes: number, compressed: number): void {
  const isTooMuch = bytes > HARMLESS_BYTES && bytes > MAX_COMPRESSION_RATIO * compressed;
  if (!isTooMuch && bytes <= MAX_TOTAL_BYTES) return;
  const limit = `limit ${MAX_TOTAL_BYTES} and ${MAX_COMPRESSION_RATIO} times its size`;
  throw new DataError(`${name}: ${compressed} bytes expand to over ${bytes} bytes, ${limit}`);
}

async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some file systems do not report free space.
  if (blocks !== 0 && bavail * bsize < CHECK_EVERY_BYTES)
    throw new Error(`${Math.floor((bavail * bsize) / 1e6)} MB are free`);
}

function explained(name: string, error: unknown): unknown {
  if (error instanceof DataError || (error as Error).name === 'AbortError') return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new DataError(`${name}: truncated: the gzip data ends early`);
  return new DataError(`${name}: broken gzip data: ${message}`);
}
