import { temporaryName } from '../../runs/temporary-name';
import { FileError } from '../files/file-system';
import { currentFiles } from './current-files';
import { basename, dirname, join } from './path';
import { Queue } from '../../shared/queue';

/** What is appended to a file is written after this time at the latest, in ms, while the file is small. */
const FLUSH_MS = 5000;
/** A file above this size, in bytes, is only written when it is flushed, as at a checkpoint: each time it is written as a whole. */
const SMALL_BYTES = 256 * 1024;

/**
 * A file that this page or worker has open for writing. There is no appending and no flushing here: what is appended is held in memory,
 * and the file is replaced when it is flushed. Handles of one path share it.
 */
export class OpenFile {
  private static readonly all = new Map<string, OpenFile>();

  private content: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  private length = 0;
  private users = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly writes = new Queue();
  /** Whether the file lacks something that was appended. */
  isDirty = false;
  /** Whether nothing of it has been written yet. */
  isNew = false;
  /** Whether it was removed, or another file was renamed to its path, by this page or worker. */
  isGone = false;

  private constructor(
    private path: string,
    public mtimeMs: number,
  ) {}

  private hold(bytes: Uint8Array): void {
    this.content = Uint8Array.from(bytes);
    this.length = bytes.length;
  }

  /** Returns the open file of a path, or opens it with this content. @param bytes null for a file that is to be created */
  static use(path: string, bytes: Uint8Array | null, mtimeMs: number): OpenFile {
    const file = OpenFile.all.get(path) ?? new OpenFile(path, mtimeMs);
    if (bytes === null) file.isNew = file.isDirty = true;
    if (!file.isDirty || bytes === null) file.hold(bytes ?? new Uint8Array(0));
    OpenFile.all.set(path, file);
    file.users++;
    return file;
  }

  /** Returns the open file of a path that lacks something; reading the path must see it. */
  static pendingAt(path: string): OpenFile | null {
    const file = OpenFile.all.get(path);
    return file?.isDirty ? file : null;
  }

  /** Notes that this page or worker has removed what is at a path, or renamed something else to it. */
  static forget(path: string): OpenFile | null {
    const file = OpenFile.all.get(path);
    if (!file) return null;
    file.isGone = true;
    OpenFile.all.delete(path);
    return file;
  }

  static renamed(from: string, to: string): void {
    OpenFile.forget(to);
    const file = OpenFile.all.get(from);
    if (!file) return;
    OpenFile.all.delete(from);
    file.path = to;
    OpenFile.all.set(to, file);
  }

  get size(): number {
    return this.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.content.subarray(0, this.length);
  }

  append(bytes: Uint8Array): void {
    this.place(bytes, this.length);
    this.isDirty = true;
    this.mtimeMs = Date.now();
    if (this.length > SMALL_BYTES) return;
    this.timer ??= setTimeout(() => {
      // Whoever flushes it next is told.
      this.flush().catch(() => undefined);
    }, FLUSH_MS);
  }

  /**
   * Writes into the file as it is now: it may have been replaced since it was opened.
   * @throws FileError ESTALE if it has
   */
  async writeAt(bytes: Uint8Array, position: number): Promise<void> {
    if (!this.isGone && !this.isDirty) {
      const now = await currentFiles().read(this.path);
      if (!isSame(now, this.bytes())) throw new FileError('ESTALE', this.path);
    }
    this.place(bytes, position);
    if (this.isDirty) return;
    if (!this.isGone) await currentFiles().write(this.path, this.bytes().slice());
  }

  truncate(length: number): void {
    if (length < this.length) this.content.fill(0, length, this.length);
    else this.reserve(length);
    this.length = length;
    this.isDirty = true;
  }

  /** Replaces the file by what is held, as a whole. @throws FileError if that fails; it is then held on */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.writes.run(() => this.flushNow());
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.users--;
      if (this.users === 0 && OpenFile.all.get(this.path) === this) OpenFile.all.delete(this.path);
    }
  }

  private async flushNow(): Promise<void> {
    if (!this.isDirty || this.isGone) return;
    const files = currentFiles();
    const bytes = this.bytes().slice();
    const temporary = join(dirname(this.path), temporaryName(basename(this.path)));
    // The folder would be made, although somebody has removed it.
    await files.stat(dirname(this.path));
    this.isDirty = false;
    try {
      if (this.isNew) await files.write(this.path, bytes);
      else {
        await files.write(temporary, bytes);
        await files.rename(temporary, this.path);
      }
      this.isNew = false;
    } catch (error) {
      this.isDirty = true;
      if (!this.isNew) await files.remove(temporary).catch(() => undefined);
      throw error;
    }
  }

  private place(bytes: Uint8Array, position: number): void {
    this.reserve(position + bytes.length);
    this.content.set(bytes, position);
    this.length = Math.max(this.length, position + bytes.length);
  }

  private reserve(length: number): void {
    if (length <= this.content.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.content.length, 1024));
    larger.set(this.bytes());
    this.content = larger;
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
