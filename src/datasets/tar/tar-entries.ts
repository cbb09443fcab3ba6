import { setImmediate as turn } from 'node:timers/promises';
import { BLOCK_BYTES, decodeName, isTarHeader, isZero, parsePax, parseTarHeader } from './tar-header';
import type { TarHeader } from './tar-header';
import { DataError } from '../../images/data-error';

/** Bytes that are read at any position. */
export interface TarBytes {
  /** Name of the archive. */
  readonly name: string;
  /** Bytes of the archive, not compressed. */
  readonly size: number;
  /** Reads exactly `length` bytes. @throws DataError that names the archive */
  read(position: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A file in an archive. */
export interface TarEntry {
  /** Path with '/', without a leading one and without `./`. */
  readonly path: string;
  /** Bytes of content, and where it begins. */
  readonly size: number;
  readonly start: number;
  /** The reason, if the entry cannot be read. */
  readonly problem?: string;
  /** Reads the first `length` bytes of content, or all: cheap until the next entry is asked for. */
  peek(length: number): Promise<Uint8Array>;
}

/** Limit of headers, of which each takes 512 bytes. */
const MAX_HEADERS = 4_000_000;
/** Limits of what precedes an entry: a long name or pax records; and of a path. */
const MAX_EXTENSION_BYTES = 2 ** 20;
const MAX_PATH_LENGTH = 4096;
/** Bytes read at a time: few where the next header is far away, more and more where entries are small. */
const MIN_WINDOW_BYTES = 4096;
const MAX_WINDOW_BYTES = 2 ** 20;
const HEADERS_PER_TURN = 2000;

/** What entries that are no files are; they have no content. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
};
const FILES = new Set(['0', '\0', '7']);

/** The end of an archive. `problem` says why there may be more that was not read. */
export interface TarEnd {
  readonly problem: string | null;
}

/**
 * Yields the files of an archive in order, without folders. Understands long names by GNU and POSIX, and all sizes. Nothing is
 * extracted, so paths are only names: those outside of the archive have a problem, like links and devices, whose content is not in
 * their entry, and sparse files.
 * @returns the end, also where the archive is broken or cut
 * @throws DataError that names the archive if it does not begin with a header, or has too many
 */
export async function* tarEntries(bytes: TarBytes, signal?: AbortSignal): AsyncGenerator<TarEntry, TarEnd> {
  const window = new ReadWindow(bytes);
  let [at, zeros, headers] = [0, 0, 0];
  let before = new Extensions();
  let global = new Map<string, string>();
  while (at + BLOCK_BYTES <= bytes.size) {
    if (headers % HEADERS_PER_TURN === 0) {
      signal?.throwIfAborted();
      await turn();
    }
    const block = await window.read(at, BLOCK_BYTES);
    if (isZero(block)) {
      at += BLOCK_BYTES;
      if (++zeros === 2) return { problem: null };
      continue;
    }
    if (!isTarHeader(block)) {
      if (headers === 0)
        throw new DataError(`${bytes.name}: not a tape archive: its first block is not a header`);
      return { problem: `no header at byte ${at}: broken from there on` };
    }
    zeros = 0;
    if (++headers > MAX_HEADERS) {
      throw new DataError(`${bytes.name}: over ${MAX_HEADERS} entries, expected that many at most`);
    }
    const header = parsed(bytes.name, block, at);
    const start = at + BLOCK_BYTES;
    if (isExtension(header.type)) {
      const content = await extension(bytes, header, start);
      if (content === null) return cut(bytes, header.path);
      if (header.type === 'g') global = new Map([...global, ...parsePaxOf(bytes.name, content)]);
      else
        before.add(header.type, header.type === 'x' ? parsePaxOf(bytes.name, content) : decodeName(content));
      at = start + padded(header.size);
      continue;
    }
    const entry = before.apply(header, global);
    before = new Extensions();
    // The map of a sparse file may take more blocks before the content.
    let extra = 0;
    for (let more = header.type === 'S' && header.isExtended; more; extra += BLOCK_BYTES) {
      if (start + extra + BLOCK_BYTES > bytes.size) return cut(bytes, entry.path);
      more = (await window.read(start + extra, BLOCK_BYTES))[504] !== 0;
    }
    const hasContent = OTHER_TYPES[header.type] === undefined && header.type !== '5';
    const content = { start: start + extra, size: hasContent ? entry.size : 0 };
    const isCut = content.start + content.size > bytes.size;
    const found = entryOf(entry, header, content, isCut);
    const peek = (length: number) => window.read(content.start, Math.min(length, content.size));
    if (found) yield { ...found, peek };
    if (isCut) return cut(bytes, entry.path);
    at = content.start + padded(content.size);
  }
  if (headers === 0 && zeros === 0)
    throw new DataError(`${bytes.name}: not a tape archive: it has ${bytes.size} bytes`);
  const why = zeros === 0 ? 'it ends without the two empty blocks that end an archive' : null;
  return { problem: bytes.size % BLOCK_BYTES === 0 ? why : 'it ends within a block' };
}

/** Returns an entry for a file, or something named like one; undefined for a folder or a volume's name. */
function entryOf(
  { path: raw, isSparse }: { readonly path: string; readonly isSparse: boolean },
  { type, link }: TarHeader,
  content: { readonly start: number; readonly size: number },
  isCut: boolean,
): Omit<TarEntry, 'peek'> | undefined {
  const path = raw.replace(/^(\.?\/)+/, '');
  if (type === '5' || path === '' || path.endsWith('/')) return undefined;
  const other = OTHER_TYPES[type];
  const problem =
    path.length > MAX_PATH_LENGTH
      ? `a path of ${path.length} characters, expected ${MAX_PATH_LENGTH} at most`
      : /(^|\/)\.\.(\/|$)/.test(path)
        ? "a path outside of the archive, with '..'"
        : other !== undefined
          ? `${other}${link === '' ? '' : ` to ${link}`}, whose content is not in its entry`
          : isSparse
            ? 'a sparse file: archive it without --sparse'
            : !FILES.has(type)
              ? `an entry of the type ${JSON.stringify(type)}, expected a file`
              : isCut
                ? 'truncated: the archive ends in it'
                : undefined;
  return { path: path.slice(0, MAX_PATH_LENGTH), ...content, problem };
}

const padded = (size: number): number => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;

const cut = (bytes: TarBytes, path: string): TarEnd => ({
  problem: `it is truncated: its ${bytes.size} bytes end in ${path.slice(0, 200)}`,
});

/** Whether an entry only describes the next one: long names and links of GNU, and pax records. */
const isExtension = (type: string): boolean => ['L', 'K', 'x', 'g', 'X'].includes(type);

/** Reads the content of an entry that describes others; null if it is cut. @throws DataError if it is too long */
async function extension(bytes: TarBytes, { size }: TarHeader, start: number): Promise<Uint8Array | null> {
  if (size > MAX_EXTENSION_BYTES) {
    throw new DataError(
      `${bytes.name}: broken: a name of ${size} bytes, expected ${MAX_EXTENSION_BYTES} at most`,
    );
  }
  return start + size > bytes.size ? null : bytes.read(start, size);
}

function parsed(name: string, block: Uint8Array, at: number): TarHeader {
  try {
    return parseTarHeader(block);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: at byte ${at}: ${error.message}`) : error;
  }
}

function parsePaxOf(name: string, content: Uint8Array): ReadonlyMap<string, string> {
  try {
    return parsePax(content);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`) : error;
  }
}

/** What precedes an entry and replaces parts of its header. */
class Extensions {
  private longName: string | undefined;
  private pax: ReadonlyMap<string, string> = new Map();

  add(type: string, content: string | ReadonlyMap<string, string>): void {
    if (typeof content !== 'string') this.pax = new Map([...this.pax, ...content]);
    else if (type === 'L') this.longName = content;
  }

  apply(header: TarHeader, global: ReadonlyMap<string, string>) {
    const field = (name: string) => this.pax.get(name) ?? global.get(name);
    const size = field('size');
    return {
      path: field('GNU.sparse.name') ?? field('path') ?? this.longName ?? header.path,
      size: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : header.size,
      isSparse: header.type === 'S' || [...this.pax.keys()].some((key) => key.startsWith('GNU.sparse.')),
    };
  }
}

/** Reads through a window, because neighbouring entries are often small. */
class ReadWindow {
  private start = 0;
  private bytes: Uint8Array = new Uint8Array();
  private size = MIN_WINDOW_BYTES;

  constructor(private readonly file: TarBytes) {}

  /** Reads bytes that are there. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const end = this.start + this.bytes.length;
    if (at < this.start || at + length > end) {
      const isNear = at >= this.start && at - end < MIN_WINDOW_BYTES;
      this.size = isNear ? Math.min(2 * this.size, MAX_WINDOW_BYTES) : MIN_WINDOW_BYTES;
      this.bytes = await this.file.read(at, Math.min(Math.max(this.size, length), this.file.size - at));
      this.start = at;
    }
    return this.bytes.subarray(at - this.start, at - this.start + length);
  }
}
