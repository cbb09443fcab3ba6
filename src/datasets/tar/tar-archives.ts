import { basename } from 'node:path';
import { RandomAccessFile } from '../zip/random-access';
import type { TarBytes } from './tar-entries';
import { isGzip } from './tar-files';
import { TarSpool } from './tar-spool';

/** Archives that are kept open; further ones are opened for each read, since there may be more than a process may open. */
const MAX_OPEN = 8;

/** Archives that are read at any position, gzipped or not. */
export class TarArchives {
  private readonly open: RandomAccessFile[] = [];
  private readonly spool: TarSpool;

  /** @param cache see `TarSpool` */
  constructor(cache: string | undefined) {
    this.spool = new TarSpool(cache);
  }

  /** Opens an archive; a gzipped one is decompressed. @throws DataError that names it */
  async add(path: string, signal?: AbortSignal): Promise<TarBytes> {
    const file = await RandomAccessFile.open(path);
    let isKept = false;
    try {
      if (isGzip(await file.read(0, Math.min(2, file.size)))) return await this.spool.add(path, signal);
      if (this.open.length < MAX_OPEN) {
        this.open.push(file);
        isKept = true;
        return file;
      }
    } finally {
      if (!isKept) await file.close();
    }
    const read = (position: number, length: number, aborted?: AbortSignal) =>
      RandomAccessFile.use(path, (one) => one.read(position, length, aborted));
    return { name: basename(path), size: file.size, read };
  }

  /** Closes all archives, which cannot be read afterwards. */
  async close(): Promise<void> {
    await Promise.all([...this.open.map((file) => file.close()), this.spool.close()]);
  }
}
