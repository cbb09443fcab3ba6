import { dirname, resolve } from '../node/path';
import type { FileSystem } from './file-system';

/**
 * Files of which each path is touched by one call at a time. A workspace empties a file before it writes it, and removes one before
 * another takes its name; whoever read it meanwhile would see half of it, or nothing.
 */
export function serialFiles(files: FileSystem): FileSystem {
  /** The end of the newest call that touches a path. */
  const newest = new Map<string, Promise<void>>();

  /** Waits for the earlier calls on any of the paths. All are claimed at once, so that no two calls wait for each other. */
  async function alone<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
    const claimed = [...new Set(paths.map((path) => resolve(path)))];
    const before = claimed.map((path) => newest.get(path) ?? Promise.resolve());
    let end: () => void = () => undefined;
    const over = new Promise<void>((then) => (end = then));
    for (const path of claimed) newest.set(path, over);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      end();
      for (const path of claimed) if (newest.get(path) === over) newest.delete(path);
    }
  }

  return {
    stat: (path) => alone([path], () => files.stat(path)),
    list: (path) => alone([path], () => files.list(path)),
    read: (path) => alone([path], () => files.read(path)),
    write: (path, bytes) => alone([path], () => files.write(path, bytes)),
    makeFolder: (path) => alone([path], () => files.makeFolder(path)),
    remove: (path) => alone([path], () => files.remove(path)),
    // A list of the folder would lack the file while it is replaced.
    rename: (from, to) => alone([from, to, dirname(resolve(to))], () => files.rename(from, to)),
    copy: (from, to) => alone([from, to], () => files.copy(from, to)),
  };
}
