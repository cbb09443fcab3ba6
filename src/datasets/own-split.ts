import type { DatasetNote } from '../domain/dataset-notes';
import { SPLIT_NAMES } from '../domain/split';
import type { SplitName } from '../domain/split';
import { DataError } from '../images/data-error';
import type { ReadingRules } from '../domain/reading';
import type { Dataset, Split } from './dataset';

/** Where the parts of a dataset's own split come from. */
export interface SplitOrigin {
  readonly rules: ReadingRules | undefined;
  /** What the parts are, and their names, for the note. */
  readonly what: 'folders' | 'files' | 'arrays';
  readonly names: readonly string[];
  /** Returns what identifies an image in a note. */
  readonly pathOf: (index: number) => string;
}

/** Of the training images, one in this many becomes the part that is missing, as usual for MNIST. */
const SHARE = 6;

/**
 * Returns the dataset's own split from each image's role, with notes on it; no split if no image is for training, or all are.
 *
 * A missing validation part is a sixth of the training images: the last ones of arrays and Parquet files, and every sixth of
 * folders, where the last ones would all be of one class. A missing test part is every other image for validation, never one
 * for training. Images without a role are for training.
 *
 * By the rules 1, the last sixth of the training images replaces either part, and images without a role prevent a split.
 * @throws DataError if a part is missing and there are fewer than 2 training images
 */
export function ownSplit(
  name: string,
  roles: readonly (SplitName | undefined)[],
  origin: SplitOrigin,
): { readonly split: Dataset['split']; readonly notes: readonly DatasetNote[] } {
  const { rules = 2 } = origin;
  const outside = roles.flatMap((role, i) => (role === undefined ? [i] : []));
  if (outside.length > 0 && (rules === 1 || outside.length === roles.length)) return NONE;
  const given = partsOf(roles);
  if (given.train.length === 0 || given.validation.length + given.test.length === 0) return NONE;
  const whole = partsOf(outside.length === 0 ? roles : roles.map((role) => role ?? 'train'));
  const { split, made } = completed(name, whole, origin);
  return { split, notes: notesOn(split, made, outside, origin) };
}

const NONE = { split: undefined, notes: [] } as const;

function partsOf(roles: readonly (SplitName | undefined)[]): Split {
  const rows: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  roles.forEach((role, i) => role !== undefined && rows[role].push(i));
  return Object.fromEntries(SPLIT_NAMES.map((part) => [part, Uint32Array.from(rows[part])])) as Record<
    SplitName,
    Uint32Array
  >;
}

/** Adds the part that is missing. `made` says how, in words. */
function completed(
  name: string,
  whole: Split,
  { rules = 2, what }: SplitOrigin,
): { readonly split: Split; readonly made: string } {
  const { train, validation, test } = whole;
  if (validation.length > 0 && test.length > 0) return { split: whole, made: '' };
  if (rules > 1 && test.length === 0 && validation.length > 1) {
    const split = {
      train,
      validation: validation.filter((_, i) => i % 2 === 0),
      test: validation.filter((_, i) => i % 2 === 1),
    };
    return { split, made: '; there is no part for testing, so this is every other image for validation' };
  }
  if (train.length < 2) {
    throw new DataError(`${name}: the training part has ${train.length} image, expected at least 2`);
  }
  const isSpread = rules > 1 && what === 'folders' && train.length >= SHARE;
  const end = train.length - Math.max(1, Math.floor(train.length / SHARE));
  const isTaken = (i: number): boolean => (isSpread ? i % SHARE === SHARE - 1 : i >= end);
  const taken = train.filter((_, i) => isTaken(i));
  const others = train.filter((_, i) => !isTaken(i));
  const sixth = isSpread ? 'every sixth training image' : 'the last sixth of the training images';
  const lacks = (part: string) => `; there is no part for ${part}, so this is ${sixth}`;
  if (validation.length === 0)
    return { split: { train: others, validation: taken, test }, made: lacks('validation') };
  if (rules === 1) return { split: { train: others, validation, test: taken }, made: lacks('testing') };
  const made = `; the only image for validation is for testing, and for validation is ${sixth}`;
  return { split: { train: others, validation: taken, test: validation }, made };
}

const SHOWN_NAMES = 6;

function notesOn(
  { train, validation, test }: Split,
  made: string,
  outside: readonly number[],
  { what, names, pathOf }: SplitOrigin,
): DatasetNote[] {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : '';
  const counts = `${train.length} images for training, ${validation.length} for validation, ${test.length} for testing`;
  const origin: DatasetNote = {
    subject: 'split',
    level: 'info',
    text: `the split is that of the ${what} ${shown}${more}: ${counts}${made}`,
  };
  if (outside.length === 0) return [origin];
  const examples = outside.slice(0, 3).map(pathOf).join(', ');
  const count = outside.length === 1 ? '1 image is' : `${outside.length} images are`;
  const text = `${count} in none of the ${what} that make the split, and used for training: ${examples}`;
  return [origin, { subject: 'split', level: 'warning', text }];
}
