import type { DatasetNote } from '../../domain/dataset-notes';
import { BACKGROUND, FITS, PAGE_CHOICES, READING_RULES } from '../../domain/reading';
import type { ReadingChoice } from '../../domain/reading';
import { DataError } from '../../images/data-error';
import type { SkippedFile } from '../dataset';

/** What the first part says about the whole dataset, beside its images. */
export interface PackedAbout {
  /** Of the dataset. */
  readonly name: string;
  /** Images of each part. */
  readonly counts: readonly number[];
  /** Names of the classes; null without labels. */
  readonly classes: readonly string[] | null;
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
  /** How its images were read. */
  readonly reading: ReadingChoice;
}

const SUBJECTS: Readonly<Record<DatasetNote['subject'], true>> = {
  ...{ choice: true, content: true, 'left out': true, sizes: true, channels: true, values: true },
  ...{ background: true, pages: true, labels: true, split: true },
};
const MAX_NOTES = 1000;

/** @param file name of the file, for errors @throws DataError if it is not what we write */
export function parseAbout(file: string, json: Uint8Array): PackedAbout {
  let value: Partial<Record<keyof PackedAbout, unknown>>;
  try {
    value = (JSON.parse(Buffer.from(json).toString('utf8')) ?? {}) as typeof value;
  } catch (error) {
    throw new DataError(`${file}: what it says about its images is not JSON: ${(error as Error).message}`);
  }
  const { name, counts, classes, skipped, notes, reading } = value;
  const areCounts =
    Array.isArray(counts) && counts.every((each) => Number.isSafeInteger(each) && Number(each) > 0);
  const areClasses = classes === null || (Array.isArray(classes) && classes.every(isText));
  const areSkipped = isList(skipped, (each) => isText(each['path']) && isText(each['reason']));
  const areNotes =
    isList(
      notes,
      (each) =>
        isText(each['text']) &&
        Object.hasOwn(SUBJECTS, String(each['subject'])) &&
        ['info', 'warning'].includes(String(each['level'])),
    ) && notes.length <= MAX_NOTES;
  if (!isText(name) || !areCounts || !areClasses || !areSkipped || !areNotes || !isReading(reading))
    throw new DataError(
      `${file}: it does not say what its images are; expected a file that \`vae pack\` wrote, as it was`,
    );
  return {
    ...{ name: name.slice(0, 200), counts: counts as number[], classes },
    skipped: (skipped as unknown as SkippedFile[]).map(({ path, reason }) => ({ path, reason })),
    notes: (notes as unknown as DatasetNote[]).map(({ subject, level, text }) => ({
      ...{ subject, level, text },
    })),
    reading,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 20_000;

function isList(
  value: unknown,
  isItem: (item: Readonly<Record<string, unknown>>) => boolean,
): value is readonly Readonly<Record<string, unknown>>[] {
  return (
    Array.isArray(value) && value.every((item) => item !== null && isItem(item as Record<string, unknown>))
  );
}

function isReading(value: unknown): value is ReadingChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { rules, fit, background, pages, range, ...others } = value as Record<string, unknown>;
  const isOneOf = (all: readonly unknown[], given: unknown): boolean =>
    given === undefined || all.includes(given);
  return (
    Object.keys(others).length === 0 &&
    isOneOf(READING_RULES, rules) &&
    isOneOf(FITS, fit) &&
    isOneOf(PAGE_CHOICES, pages) &&
    (background === undefined || (isText(background) && BACKGROUND.test(background))) &&
    (range === undefined ||
      (Array.isArray(range) && range.length === 2 && range.every((each) => Number.isFinite(each))))
  );
}
