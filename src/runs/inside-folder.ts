import { isAbsolute, relative, sep } from 'node:path';

/** Returns whether a path lies below a folder; does not access the disk. */
export function isInsideFolder(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
