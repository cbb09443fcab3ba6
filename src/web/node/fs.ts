/**
 * Stands in for `node:fs`. Nothing can be waited for here but what lies in memory: files that were held by `hold` can be read at
 * once, and what was opened can be appended to at once.
 */
import { FileError } from '../files/file-system';
import { Buffer } from './buffer';
import { constants } from './constants';
import { currentFiles } from './current-files';
import { bytesOf, handleOf } from './file-handle';
import { resolve } from './path';
import { Stats } from './stats';

export { constants };

interface Held {
  readonly bytes: Uint8Array;
  readonly stats: Stats;
}

const held = new Map<string, Held>();
const opened = new Map<number, Held>();
let lastNumber = 1 << 20;

/** Keeps the content of a file in memory, from which it can be read at once. */
export async function hold(path: string): Promise<void> {
  const [found, bytes] = await Promise.all([currentFiles().stat(path), currentFiles().read(path)]);
  held.set(resolve(path), { bytes, stats: new Stats(found) });
}

function heldAt(path: string): Held {
  const found = held.get(resolve(path));
  if (found) return found;
  throw new FileError('ENOSYS', path, 'it cannot be read without waiting in a browser');
}

export const existsSync = (path: string): boolean => held.has(resolve(path));

export function statSync(path: string, options?: { readonly throwIfNoEntry?: boolean }): Stats | undefined {
  if (options?.throwIfNoEntry === false && !existsSync(path)) return undefined;
  return heldAt(path).stats;
}

export function readFileSync(path: string, encoding?: 'utf8'): Buffer | string {
  const bytes = Buffer.from(heldAt(path).bytes);
  return encoding === undefined ? bytes : bytes.toString(encoding);
}

export function openSync(path: string): number {
  opened.set(++lastNumber, heldAt(path));
  return lastNumber;
}

export const closeSync = (fd: number): void => void opened.delete(fd);
export const fstatSync = (fd: number): Stats => opened.get(fd)!.stats;

export function readSync(fd: number, target: Uint8Array, offset: number, length: number, at: number): number {
  const part = opened.get(fd)!.bytes.subarray(at, at + length);
  target.set(part, offset);
  return part.length;
}

export function writeSync(fd: number, data: string | Uint8Array): void {
  handleOf(fd)?.appendNow(typeof data === 'string' ? data : new TextDecoder().decode(bytesOf(data)));
}

/** Reads a file piece by piece. */
export function createReadStream(path: string, { signal }: { readonly signal?: AbortSignal } = {}): ReadFile {
  return new ReadFile(path, signal);
}

const PIECE_BYTES = 1 << 16;

/** What takes the pieces of a stream. */
interface Sink {
  write(piece: Uint8Array): unknown;
  end(): void;
  destroy(error?: Error): void;
}

class ReadFile {
  private isDestroyed = false;

  constructor(
    private readonly path: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Errors reach whoever reads the pieces, or what they are piped into. */
  on(): this {
    return this;
  }

  pipe<T extends Sink>(sink: T): T {
    void (async () => {
      try {
        for await (const piece of this) sink.write(piece);
        sink.end();
      } catch (error) {
        sink.destroy(error as Error);
      }
    })();
    return sink;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const bytes = await currentFiles().read(this.path);
    for (let at = 0; at < bytes.length && !this.isDestroyed; at += PIECE_BYTES) {
      this.signal?.throwIfAborted();
      yield Buffer.from(bytes.subarray(at, at + PIECE_BYTES));
    }
  }
}
