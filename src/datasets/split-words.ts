import type { SplitName } from '../domain/split';

/** Words by which people name the parts of a split, in lower case. */
const ROLES: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  trainval: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
};

/** Returns the part that a word names, in any capitals. */
export function roleOfWord(word: string): SplitName | undefined {
  const key = word.toLowerCase();
  return Object.hasOwn(ROLES, key) ? ROLES[key] : undefined;
}

/** Returns the words of a name like `train_images`, `test-data`, `trainA` or `XTrain`, as they are written. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$& ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The part of a split that a name stands for, and its other words. */
export interface NamedRole {
  readonly role: SplitName;
  readonly others: readonly string[];
}

/** Finds the word in a name that names a part; undefined if none does, or several name different parts. */
export function roleInWords(words: readonly string[]): NamedRole | undefined {
  const roles = new Set(words.map(roleOfWord).filter((role) => role !== undefined));
  if (roles.size !== 1) return undefined;
  const [role] = roles;
  return { role: role!, others: words.filter((word) => roleOfWord(word) === undefined) };
}
