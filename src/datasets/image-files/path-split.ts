import type { DatasetNote } from '../../domain/dataset-notes';
import type { Split } from '../dataset';
import { ownSplit } from '../own-split';
import { splitOfPaths } from '../split-of-paths';
import type { PathSplit } from '../split-of-paths';

/** The split that the folders of a dataset make. */
export interface FolderSplit {
  /** Of the usable images, in their order. */
  readonly paths: PathSplit | undefined;
  readonly split: Split | undefined;
  readonly notes: readonly DatasetNote[];
}

/**
 * Splits a folder or archive by `splitOfPaths`.
 * @param images all images, which decide whether the folders are a split: broken files must not @param used paths of the usable ones
 * @throws DataError as `ownSplit`
 */
export function pathSplit(
  name: string,
  images: readonly { readonly path: string }[],
  used: readonly string[],
): FolderSplit {
  const all = splitOfPaths(images.map(({ path }) => path));
  if (!all) return { paths: undefined, split: undefined, notes: [] };
  const numbers = new Map(images.map(({ path }, i) => [path, i]));
  const rows = used.map((path) => numbers.get(path)!);
  const paths: PathSplit = {
    roles: rows.map((row) => all.roles[row]),
    rest: rows.map((row) => all.rest[row]!),
    folders: all.folders,
  };
  const pathOf = (index: number): string => used[index]!;
  const origin = { rules: 2, what: 'folders', names: all.folders, pathOf } as const;
  const own = ownSplit(name, paths.roles, origin);
  if (own.split) return { paths, ...own };
  const text = `the folders ${all.folders.join(', ')} look like a split, but the images in them that can be used are not of two parts: the split is drawn at random`;
  return { paths, split: undefined, notes: [{ subject: 'split', level: 'warning', text }] };
}
