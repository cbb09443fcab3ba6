import type { SplitName } from '../../domain/split';
import type { ReadingRules } from '../../domain/reading';
import { roleInWords, roleOfWord, wordsOf } from '../split-words';
import type { ZipEntry } from '../zip/zip-directory';

/** Names of arrays, the preferred ones first. */
const IMAGE_NAMES = ['images', 'image', 'imgs', 'x', 'data', 'arr_0'];
const LABEL_NAMES = ['labels', 'label', 'y', 'targets', 'target', 'classes', 'arr_1'];
/** Names that the rules 2 know too; the empty one is of an array called `train` or `test`. */
const MORE_IMAGE_NAMES = ['img', 'pixels', 'pixel_values', 'features', 'inputs', 'pictures', 'photos', ''];
const MORE_LABEL_NAMES = ['class', 'label_ids', 'categories'];

/** An array, and the part of the split that it is. */
export interface NamedArray {
  readonly entry: ZipEntry;
  readonly role: SplitName | undefined;
}

/** The arrays of an archive by what their names say they are. */
export interface ArraysByName {
  /** One per part of a split, or else one without a part; empty if no name says so. */
  readonly images: readonly NamedArray[];
  readonly labels: readonly NamedArray[];
  readonly unused: readonly ZipEntry[];
}

/**
 * Finds the arrays of images and labels by their names: `images`, `x_train`, `XTest`, `val/images`, `labels_dev`, ... The only
 * array of an archive holds the images. An array without a part is that for training if there is none but another part.
 */
export function arraysByName(entries: readonly ZipEntry[], rules: ReadingRules = 2): ArraysByName {
  const isFirst = rules === 1;
  const members = entries.map((entry) => ({ entry, ...(isFirst ? nameByRules1 : nameOf)(entry) }));
  const imageNames = isFirst ? IMAGE_NAMES : [...IMAGE_NAMES, ...MORE_IMAGE_NAMES];
  const labelNames = isFirst ? LABEL_NAMES : [...LABEL_NAMES, ...MORE_LABEL_NAMES];
  const named = chosen(members, imageNames, rules);
  const images =
    named.length === 0 && entries.length === 1 ? [{ entry: entries[0]!, role: undefined }] : named;
  const labels = chosen(members, labelNames, rules);
  const used = new Set([...images, ...labels].map(({ entry }) => entry));
  return { images, labels, unused: entries.filter((entry) => !used.has(entry)) };
}

interface Member extends NamedArray {
  /** The name without the part. */
  readonly stem: string;
}

/** Returns the arrays called one of `names`: one per part of a split, or else one without a part. Earlier names win. */
function chosen(members: readonly Member[], names: readonly string[], rules: ReadingRules): NamedArray[] {
  const ranked = members
    .filter(({ stem, role }) => names.includes(stem) && (stem !== '' || role !== undefined))
    .sort((a, b) => names.indexOf(a.stem) - names.indexOf(b.stem));
  const first = (role: SplitName | undefined) => ranked.find((member) => member.role === role);
  const whole = first(undefined);
  const [train, ...others] = [first('train'), first('validation'), first('test')];
  const hasOther = others.some((part) => part !== undefined);
  const forTraining = rules > 1 && hasOther && whole ? { ...whole, role: 'train' as const } : undefined;
  const parts = [train ?? forTraining, ...others].filter((member) => member !== undefined);
  const used = parts.length > 0 ? parts : whole ? [whole] : [];
  return used.map(({ entry, role }) => ({ entry, role }));
}

function nameOf({ path }: ZipEntry): { role: SplitName | undefined; stem: string } {
  const words = wordsOf(withoutExtension(path)).flatMap(withoutLetter);
  const named = roleInWords(words);
  return { role: named?.role, stem: (named?.others ?? words).join('_').toLowerCase() };
}

/** Divides words like `xtrain` and `testy`. */
function withoutLetter(word: string): string[] {
  const lower = word.toLowerCase();
  if (/^[xy]/.test(lower) && roleOfWord(lower.slice(1))) return [lower[0]!, lower.slice(1)];
  if (/[xy]$/.test(lower) && roleOfWord(lower.slice(0, -1))) return [lower.slice(0, -1), lower.at(-1)!];
  return [word];
}

const ROLES_BY_RULES_1: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
};

function nameByRules1({ path }: ZipEntry): { role: SplitName | undefined; stem: string } {
  const words = withoutExtension(path).toLowerCase();
  const role = Object.keys(ROLES_BY_RULES_1).find(
    (word) => words.startsWith(`${word}_`) || words.endsWith(`_${word}`),
  );
  if (role === undefined) return { role, stem: words };
  return { role: ROLES_BY_RULES_1[role], stem: words.replace(`${role}_`, '').replace(`_${role}`, '') };
}

export function withoutExtension(path: string): string {
  return path.replace(/\.npy$/i, '');
}
