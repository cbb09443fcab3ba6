import { connect, serve } from '../../protocol/rpc';
import type { Transport } from '../../protocol/rpc';
import { FileError } from './file-system';
import type { FileEntry, FileErrorCode, FileStat, FileSystem } from './file-system';

/** A result, or the error in its place: a failure of the transport's own would lose its code. */
type Outcome<T> =
  { readonly value: T } | { readonly code: FileErrorCode; readonly path: string; readonly message: string };

interface FileMethods {
  stat(params: { readonly path: string }): Promise<Outcome<FileStat>>;
  list(params: { readonly path: string }): Promise<Outcome<readonly FileEntry[]>>;
  read(params: { readonly path: string }): Promise<Outcome<Uint8Array>>;
  write(params: { readonly path: string; readonly bytes: Uint8Array }): Promise<Outcome<null>>;
  makeFolder(params: { readonly path: string }): Promise<Outcome<null>>;
  remove(params: { readonly path: string }): Promise<Outcome<null>>;
  rename(params: { readonly from: string; readonly to: string }): Promise<Outcome<null>>;
  copy(params: { readonly from: string; readonly to: string }): Promise<Outcome<null>>;
}

/** Answers requests for files that come from a worker. */
export function serveFiles(transport: Transport, files: FileSystem): void {
  serve<FileMethods, object>(transport, {
    stat: ({ path }) => outcomeOf(path, files.stat(path)),
    list: ({ path }) => outcomeOf(path, files.list(path)),
    read: ({ path }) => outcomeOf(path, files.read(path)),
    write: ({ path, bytes }) => outcomeOf(path, nothing(files.write(path, bytes))),
    makeFolder: ({ path }) => outcomeOf(path, nothing(files.makeFolder(path))),
    remove: ({ path }) => outcomeOf(path, nothing(files.remove(path))),
    rename: ({ from, to }) => outcomeOf(from, nothing(files.rename(from, to))),
    copy: ({ from, to }) => outcomeOf(from, nothing(files.copy(from, to))),
  });
}

const nothing = (done: Promise<void>): Promise<null> => done.then(() => null);

async function outcomeOf<T>(path: string, result: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await result };
  } catch (error) {
    if (error instanceof FileError) return { code: error.code, path: error.path, message: error.message };
    return { code: 'EIO', path, message: (error as Error).message };
  }
}

/** Returns the files that the other side of a transport serves. */
export function filesOver(transport: Transport): FileSystem {
  const client = connect<FileMethods, object>(transport);
  return {
    stat: async (path) => valueOf(await client.call('stat', { path })),
    list: async (path) => valueOf(await client.call('list', { path })),
    read: async (path) => valueOf(await client.call('read', { path })),
    write: async (path, bytes) => void valueOf(await client.call('write', { path, bytes })),
    makeFolder: async (path) => void valueOf(await client.call('makeFolder', { path })),
    remove: async (path) => void valueOf(await client.call('remove', { path })),
    rename: async (from, to) => void valueOf(await client.call('rename', { from, to })),
    copy: async (from, to) => void valueOf(await client.call('copy', { from, to })),
  };
}

function valueOf<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value;
  const { code, path, message } = outcome;
  throw Object.assign(new FileError(code, path), { message });
}
