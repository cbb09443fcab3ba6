/**
 * Stands in for `node:fs/promises`, on the files that were chosen (`current-files.ts`). What it cannot do as Node does: there are no inodes
 * and owners, nothing is created exclusively but by `link`, and files are flushed by being replaced as a whole.
 */
import { FileError } from '../files/file-system';
import type { FileStat } from '../files/file-system';
import { Buffer } from './buffer';
import { constants, flagsOf } from './constants';
import { currentFiles } from './current-files';
import { Dirent } from './dirent';
import { bytesOf, FileHandle } from './file-handle';
import { OpenFile } from './open-files';
import { dirname, resolve } from './path';
import { bigintStats, Stats } from './stats';
import { fileURLToPath } from './url';

type Path = string | URL;
type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64' | 'buffer';
type EncodingOption = Encoding | { readonly encoding?: Encoding | null } | null;
interface StatOptions {
  readonly bigint?: boolean;
}

export { constants };

const at = (path: Path): string => resolve(typeof path === 'string' ? path : fileURLToPath(path));
const encodingOf = (option?: EncodingOption): Encoding | undefined =>
  (typeof option === 'string' ? option : option?.encoding) ?? undefined;

/** What is at a path, with what is still to be written to it. */
async function found(path: string): Promise<FileStat> {
  const pending = OpenFile.pendingAt(path);
  if (!pending) return currentFiles().stat(path);
  return { kind: 'file', isLink: false, size: pending.size, mtimeMs: pending.mtimeMs };
}

const foundOrNull = (path: string): Promise<FileStat | null> =>
  found(path).catch((error: FileError) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });

/** @throws FileError ENOENT if the folder that a path is in does not exist: the file system would make it */
async function requireParent(path: string): Promise<void> {
  const parent = await currentFiles().stat(dirname(path));
  if (parent.kind !== 'folder') throw new FileError('ENOTDIR', path);
}

async function statsOf(path: Path, isOfLink: boolean, options?: StatOptions): Promise<Stats> {
  const stats = new Stats(await found(at(path)), isOfLink);
  return options?.bigint ? (bigintStats(stats) as Stats) : stats;
}

export const stat = (path: Path, options?: StatOptions): Promise<Stats> => statsOf(path, false, options);
export const lstat = (path: Path, options?: StatOptions): Promise<Stats> => statsOf(path, true, options);

export async function open(path: Path, mode: string | number = 'r'): Promise<FileHandle> {
  const whole = at(path);
  const flags = flagsOf(mode);
  const writes = (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
  const creates = (flags & constants.O_CREAT) !== 0;
  const there = await (creates ? foundOrNull(whole) : found(whole));
  if (there?.isLink && (flags & constants.O_NOFOLLOW) !== 0)
    throw Object.assign(new FileError('EINVAL', whole, 'it is a link'), { code: 'ELOOP' });
  if (!writes) return new FileHandle(whole, there!, null, false);
  if (there && (flags & constants.O_EXCL) !== 0 && creates) throw new FileError('EEXIST', whole);
  if (there && there.kind !== 'file') throw new FileError('EISDIR', whole);
  const isEmpty = !there || (flags & constants.O_TRUNC) !== 0;
  if (!there) await requireParent(whole);
  const bytes = isEmpty ? null : await contentOf(whole);
  const now = there ?? { kind: 'file', isLink: false, size: 0, mtimeMs: Date.now() };
  const file = OpenFile.use(whole, bytes, now.mtimeMs);
  return new FileHandle(whole, now, file, (flags & constants.O_APPEND) !== 0);
}

async function contentOf(path: string): Promise<Uint8Array> {
  return OpenFile.pendingAt(path)?.bytes() ?? currentFiles().read(path);
}

export async function readFile(path: Path | FileHandle, options?: EncodingOption): Promise<Buffer | string> {
  const encoding = encodingOf(options);
  if (path instanceof FileHandle) return path.readFile(encoding as 'utf8' | undefined);
  const bytes = await contentOf(at(path));
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  return encoding === undefined || encoding === 'buffer' ? buffer : buffer.toString(encoding);
}

export async function writeFile(
  path: Path | FileHandle,
  data: string | ArrayBufferView,
  options?: string | { readonly flag?: string },
): Promise<void> {
  if (path instanceof FileHandle) return path.writeFile(data);
  const flag = typeof options === 'string' ? undefined : options?.flag;
  const handle = await open(path, flag ?? 'w');
  try {
    await handle.writeFile(bytesOf(data));
  } finally {
    await handle.close();
  }
}

export async function readdir(
  path: Path,
  options?: EncodingOption | { readonly withFileTypes?: boolean; readonly encoding?: Encoding },
): Promise<(string | Buffer | Dirent)[]> {
  const whole = at(path);
  const entries = await currentFiles().list(whole);
  if (typeof options === 'object' && options !== null && 'withFileTypes' in options && options.withFileTypes)
    return entries.map((entry) => new Dirent(entry, whole));
  const isBytes = encodingOf(options) === 'buffer';
  return entries.map(({ name }) => (isBytes ? Buffer.from(name) : name));
}

/** Returns the entries of a folder, to go through them. */
export async function opendir(path: Path): Promise<Iterable<Dirent>> {
  return (await readdir(path, { withFileTypes: true })) as Dirent[];
}

export async function mkdir(path: Path, options?: { readonly recursive?: boolean }): Promise<undefined> {
  const whole = at(path);
  const there = await foundOrNull(whole);
  if (there) {
    if (options?.recursive && there.kind === 'folder') return undefined;
    throw new FileError('EEXIST', whole);
  }
  if (options?.recursive) await mkdir(dirname(whole), options);
  else await requireParent(whole);
  await currentFiles().makeFolder(whole);
  return undefined;
}

let lastMade = 0;

export async function mkdtemp(prefix: string): Promise<string> {
  const whole = `${resolve(prefix)}${String(++lastMade).padStart(6, '0')}`;
  await mkdir(whole);
  return whole;
}

export async function unlink(path: Path): Promise<void> {
  const whole = at(path);
  if ((await found(whole)).kind === 'folder') throw new FileError('EISDIR', whole);
  await removeWhole(whole);
}

async function removeWhole(path: string): Promise<void> {
  if (!OpenFile.forget(path)?.isNew) await currentFiles().remove(path);
}

export async function rmdir(path: Path): Promise<void> {
  const whole = at(path);
  if ((await currentFiles().list(whole)).length > 0) throw new FileError('ENOTEMPTY', whole);
  await currentFiles().remove(whole);
}

export async function rm(
  path: Path,
  { recursive = false, force = false }: { readonly recursive?: boolean; readonly force?: boolean } = {},
): Promise<void> {
  const whole = at(path);
  const there = await foundOrNull(whole);
  if (!there) {
    if (force) return;
    throw new FileError('ENOENT', whole);
  }
  if (there.kind === 'folder' && !recursive) throw new FileError('EISDIR', whole);
  await removeWhole(whole);
}

export async function rename(from: Path, to: Path): Promise<void> {
  const [before, after] = [at(from), at(to)];
  await OpenFile.pendingAt(before)?.flush();
  await currentFiles().rename(before, after);
  OpenFile.renamed(before, after);
}

/** Gives a file a second name, here as a copy; fails if the name is taken. */
export async function link(from: Path, to: Path): Promise<void> {
  await OpenFile.pendingAt(at(from))?.flush();
  try {
    await currentFiles().copy(at(from), at(to));
  } catch (error) {
    throw error instanceof FileError ? Object.assign(error, { syscall: 'link' }) : error;
  }
}

export async function copyFile(from: Path, to: Path): Promise<void> {
  await requireParent(at(to));
  await currentFiles().write(at(to), await contentOf(at(from)));
  OpenFile.forget(at(to));
}

/** There are no links to resolve. @throws FileError ENOENT */
export async function realpath(path: Path): Promise<string> {
  await found(at(path));
  return at(path);
}

export async function access(path: Path): Promise<void> {
  await found(at(path));
}

const impossible = (path: Path): Promise<never> => Promise.reject(new FileError('ENOSYS', String(path)));
export const statfs = impossible;
export const readlink = impossible;
export const symlink = impossible;
export const chmod = (): Promise<void> => Promise.resolve();
export const utimes = (): Promise<void> => Promise.resolve();
