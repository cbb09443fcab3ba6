/** Normalises a path to the form of ids: with '/', and without a leading `./`. */
export function csvPath(path: string): string {
  return path.trim().replaceAll('\\', '/').replace(/^\.\//, '');
}
