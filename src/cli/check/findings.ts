import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset } from '../../datasets/dataset';
import { fileOfImage } from '../../domain/page-id';
import type { ImageFinding } from '../../model/check-images';

/** The rules of `vae check`. Their ids stay as they are: people suppress findings by them. */
export const RULES = {
  duplicate: {
    level: 'warning',
    text: 'An image has the same pixels as another one, in the shape that the model sees.',
  },
  'near-duplicate': {
    level: 'warning',
    text: 'An image is nearly the same as another one: the model places them beside each other, and their pixels hardly differ.',
  },
  'worst-reconstructed': {
    level: 'note',
    text: 'The model reconstructs an image far worse than others: it may be damaged, mislabelled, rare, or full of detail.',
  },
  'skipped-file': { level: 'warning', text: 'A file in the dataset cannot be used as an image.' },
} as const satisfies Record<string, { readonly level: 'warning' | 'note'; readonly text: string }>;
export type Rule = keyof typeof RULES;

/** A place in a dataset: the file, and what in it. */
export interface FindingPlace {
  /** Id of the image, or path of the file. */
  readonly id: string;
  /** Path of the file that it is in; null for the built-in digits. */
  readonly file: string | null;
}

export interface Finding {
  readonly rule: Rule;
  readonly level: 'warning' | 'note';
  readonly message: string;
  readonly place: FindingPlace;
  /** The image that it repeats. */
  readonly other: FindingPlace | null;
  /** Numbers behind the message, by name. */
  readonly values: Readonly<Record<string, number>>;
}

/** Describes what was found on the images of a dataset and on the files that were skipped. */
export function findingsOf(dataset: Dataset, found: readonly ImageFinding[]): Finding[] {
  const place = (image: number): FindingPlace => placeOf(dataset, dataset.id(image));
  const findings = found.map((one): Finding => {
    const common = { rule: one.kind, level: RULES[one.kind].level, place: place(one.image) };
    switch (one.kind) {
      case 'duplicate':
        return {
          ...common,
          ...{ message: `the same image as ${dataset.id(one.of)}`, other: place(one.of), values: {} },
        };
      case 'near-duplicate':
        return {
          ...common,
          message: `nearly the same image as ${dataset.id(one.of)}: their pixels differ by ${percent(one.difference)} of the range`,
          other: place(one.of),
          values: { difference: one.difference },
        };
      case 'worst-reconstructed':
        return {
          ...common,
          message: `its reconstruction is off by ${percent(one.error)} of the range, ${one.deviations.toFixed(1)} standard deviations above the mean`,
          other: null,
          values: { error: one.error, deviations: one.deviations },
        };
    }
  });
  const skipped = dataset.skipped.map(({ path, reason }): Finding => ({
    ...{ rule: 'skipped-file', level: RULES['skipped-file'].level, message: `skipped: ${reason}` },
    ...{ place: placeOf(dataset, path), other: null, values: {} },
  }));
  return [...skipped, ...findings];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function placeOf({ source }: Dataset, id: string): FindingPlace {
  if (source.kind === 'digits') return { id, file: null };
  const root = fileURLToPath(source.uri);
  return { id, file: source.kind === 'folder' ? join(root, fileOfImage(id).file) : root };
}
