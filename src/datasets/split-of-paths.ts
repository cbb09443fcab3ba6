import type { SplitName } from '../domain/split';
import { roleInWords, wordsOf } from './split-words';
import type { NamedRole } from './split-words';

/** The split that folders called `train`, `test`, ... make of the files in them. */
export interface PathSplit {
  /** Part of each path; undefined outside of all parts. */
  readonly roles: readonly (SplitName | undefined)[];
  /** The paths without the folder that names the part: what is left of their folders are the classes. */
  readonly rest: readonly string[];
  /** Names of the folders that are parts, sorted. */
  readonly folders: readonly string[];
}

/** Words that say nothing besides the part, as in `train_images`. */
const PLAIN_WORDS = new Set(
  'set sets split data dataset image images img imgs picture pictures photo photos'.split(' '),
);

/**
 * Finds the split that people made by folders, at the top, below common folders (`images/train/cat/1.png`) or inside of
 * class folders (`cat/train/1.png`). In each path, the first folder that names a part decides, so a class may have such a
 * name below. Only names that together form a split count, training and another part: with `cat` and `dog`, `test` is a
 * class. If a name has further words, these must be the same in both (`trainA` and `testA`, but not `bullet_train` and
 * `test_tube`).
 * @param paths relative, with '/'
 * @returns undefined if the folders are no split
 */
export function splitOfPaths(paths: readonly string[]): PathSplit | undefined {
  const named = new Map<string, NamedRole | undefined>();
  const foldersOf = paths.map((path) => path.split('/').slice(0, -1));
  for (const folder of foldersOf.flat()) if (!named.has(folder)) named.set(folder, roleOfFolder(folder));
  const rolesByRest = new Map<string, Set<SplitName>>();
  for (const found of named.values()) {
    if (!found) continue;
    const rest = restOf(found);
    rolesByRest.set(rest, (rolesByRest.get(rest) ?? new Set()).add(found.role));
  }
  const counts = (found: NamedRole | undefined): found is NamedRole =>
    found !== undefined && isSplit(rolesByRest.get(restOf(found))!);
  const used = new Set<string>();
  const roles: (SplitName | undefined)[] = [];
  const rest = paths.map((path, i) => {
    const folders = foldersOf[i]!;
    const at = folders.findIndex((folder) => counts(named.get(folder)));
    const found = at < 0 ? undefined : named.get(folders[at]!);
    roles.push(found?.role);
    if (!found) return path;
    used.add(folders[at]!);
    const parts = path.split('/');
    parts.splice(at, 1, ...(found.others.length > 0 ? [found.others.join('_')] : []));
    return parts.join('/');
  });
  if (!isSplit(new Set(roles))) return undefined;
  return { roles, rest, folders: [...used].sort() };
}

function isSplit(roles: ReadonlySet<SplitName | undefined>): boolean {
  return roles.has('train') && (roles.has('validation') || roles.has('test'));
}

/** Numbers, as in `train2017` or `test_1`, and words like `images` tell no class. */
function roleOfFolder(name: string): NamedRole | undefined {
  const words = wordsOf(name).map((word) => word.replace(/^(\p{L}+)\d+$/u, '$1'));
  const found = roleInWords(words);
  return (
    found && {
      role: found.role,
      others: found.others.filter((word) => !/^\d+$/.test(word) && !PLAIN_WORDS.has(word.toLowerCase())),
    }
  );
}

const restOf = ({ others }: NamedRole): string => others.join(' ').toLowerCase();
