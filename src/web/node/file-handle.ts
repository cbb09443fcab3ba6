import type { FileStat } from '../files/file-system';
import { Buffer } from './buffer';
import { currentFiles } from './current-files';
import { OpenFile } from './open-files';
import { bigintStats, Stats } from './stats';

type Text = string | ArrayBufferView | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64';

/** Handles by their numbers, for what writes at once: a log. */
const handles = new Map<number, FileHandle>();
let lastNumber = 2;

export const handleOf = (fd: number): FileHandle | undefined => handles.get(fd);

export function bytesOf(data: string | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** An open file, as `open` of `node:fs/promises` returns it. */
export class FileHandle {
  readonly fd = ++lastNumber;
  private whole: Promise<Uint8Array> | null = null;
  private position = 0;
  private isClosed = false;

  /**
   * @param found what is at the path @param file where it is written; null if it is only read
   * @param appends whether every write goes to its end
   */
  constructor(
    private readonly path: string,
    private readonly found: FileStat,
    private readonly file: OpenFile | null,
    private readonly appends: boolean,
  ) {
    handles.set(this.fd, this);
  }

  stat(options?: { readonly bigint?: boolean }): Promise<Stats> {
    const { file, found } = this;
    const stats = file
      ? new Stats({ ...found, size: file.size, mtimeMs: file.mtimeMs }, false, file.isGone)
      : new Stats(found);
    return Promise.resolve(options?.bigint ? (bigintStats(stats) as Stats) : stats);
  }

  async readFile(options?: Encoding | { readonly encoding?: Encoding }): Promise<Buffer | string> {
    const bytes = Buffer.from(await this.bytes());
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }

  async read<T extends Uint8Array>(
    buffer: T,
    offset = 0,
    length = buffer.length - offset,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffer: T }> {
    const start = position ?? this.position;
    const part = (await this.bytes()).subarray(start, start + length);
    buffer.set(part, offset);
    if (position === null) this.position += part.length;
    return { bytesRead: part.length, buffer };
  }

  async write(
    data: string | Uint8Array,
    second?: number | null,
    third?: number | string,
    fourth?: number | null,
  ): Promise<{ bytesWritten: number }> {
    const isText = typeof data === 'string';
    const from = isText ? 0 : (second ?? 0);
    const bytes = isText
      ? bytesOf(data)
      : data.subarray(from, from + (typeof third === 'number' ? third : data.length - from));
    await this.put(bytes, (isText ? second : fourth) ?? null);
    return { bytesWritten: bytes.length };
  }

  async writeFile(data: Text): Promise<void> {
    if (typeof data === 'string' || ArrayBuffer.isView(data)) return this.put(bytesOf(data), null);
    for await (const part of data) await this.put(part, null);
  }

  async appendFile(data: string | ArrayBufferView): Promise<void> {
    await this.put(bytesOf(data), null);
  }

  /** Writes at once into what is held; it is in the file after the next flush. */
  appendNow(text: string): void {
    this.opened().append(bytesOf(text));
  }

  truncate(length = 0): Promise<void> {
    return Promise.resolve(this.opened().truncate(length));
  }

  async sync(): Promise<void> {
    await this.file?.flush();
  }

  datasync(): Promise<void> {
    return this.sync();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    handles.delete(this.fd);
    await this.file?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Parts cannot be read: the whole is read once. */
  private bytes(): Promise<Uint8Array> {
    if (this.file) return Promise.resolve(this.file.bytes());
    const pending = OpenFile.pendingAt(this.path);
    if (pending) return Promise.resolve(pending.bytes());
    return (this.whole ??= currentFiles().read(this.path));
  }

  private async put(bytes: Uint8Array, position: number | null): Promise<void> {
    const file = this.opened();
    if (this.appends) return file.append(bytes);
    // A file that is written from its start on is held until it is flushed.
    if (position === null && this.position === file.size) file.append(bytes);
    else await file.writeAt(bytes, position ?? this.position);
    if (position === null) this.position += bytes.length;
  }

  private opened(): OpenFile {
    if (this.file) return this.file;
    throw Object.assign(new Error(`EBADF: '${this.path}' was opened to be read`), { code: 'EBADF' });
  }
}
