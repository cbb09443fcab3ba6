import type { PathSplit } from '../split-of-paths';
import { folderNames } from './labels';

/**
 * Returns the class of each image by the folders in its path, without those that are parts of the split. A folder below the
 * parts that all images are in, like `images`, is no class.
 * @param split of these paths, in this order
 */
export function classFolders(paths: readonly string[], split: PathSplit | undefined): (string | undefined)[] {
  const names = folderNames(split?.rest ?? paths);
  const isOne = split !== undefined && names[0] !== undefined && names.every((name) => name === names[0]);
  return isOne ? names.map(() => undefined) : names;
}
