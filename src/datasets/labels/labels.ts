import type { Labels } from '../dataset';

/** Returns the distinct names, sorted numerically if all are integers, else by code units. */
export function sortedNames(names: readonly string[]): string[] {
  const distinct = [...new Set(names)];
  const areNumbers = distinct.every((name) => /^-?\d{1,15}$/.test(name));
  return distinct.sort(areNumbers ? (a, b) => Number(a) - Number(b) : undefined);
}

/** Creates labels like `labelsByName`, with the names in the order of `sortedNames`. */
export function labelsInOrder(names: readonly (string | undefined)[]): Labels | undefined {
  const sorted = sortedNames(names.filter((name) => name !== undefined));
  if (sorted.length === 0) return undefined;
  const numbers = new Map(sorted.map((name, i) => [name, i]));
  return {
    names: sorted,
    values: Int32Array.from(names, (name) => (name === undefined ? -1 : numbers.get(name)!)),
  };
}

/** Creates labels from a class name per image; undefined if no image has a name. Names are sorted by code units. */
export function labelsByName(names: readonly (string | undefined)[]): Labels | undefined {
  const known = [...new Set(names.filter((name) => name !== undefined))].sort();
  if (known.length === 0) return undefined;
  const numbers = new Map(known.map((name, i) => [name, i]));
  return {
    names: known,
    values: Int32Array.from(names, (name) => (name === undefined ? -1 : numbers.get(name)!)),
  };
}

/**
 * Returns the first folder name of each path below the common folders: an archive often contains one folder with the
 * classes inside.
 */
export function folderNames(paths: readonly string[]): (string | undefined)[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let depth = 0;
  while (folders.every((parts) => parts.length > depth + 1 && parts[depth] === folders[0]![depth])) depth++;
  return folders.map((parts) => parts[depth]);
}
