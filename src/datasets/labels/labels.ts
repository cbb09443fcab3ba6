import type { Labels } from '../dataset';

/** Labels from a class name per image; undefined where no image has one. Names are in the order of their code units. */
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
 * The name of the first folder of each path, below those that all paths are in: an archive often holds one folder, with
 * the classes inside.
 */
export function folderNames(paths: readonly string[]): (string | undefined)[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let depth = 0;
  while (folders.every((parts) => parts.length > depth + 1 && parts[depth] === folders[0]![depth])) depth++;
  return folders.map((parts) => parts[depth]);
}
