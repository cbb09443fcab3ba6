import * as z from 'zod';
import type { DatasetSource } from '../../datasets/dataset';
import { PRESET_NAMES, PRESET_SQUARES } from '../../runs/config';
import type { PresetName, TrainRequest } from '../../runs/config';
import { plainName } from '../format';
import type { Translate } from '../format';
import type { SnapshotChoice } from '../settings';
import type { LabelTable } from './label-tables';

/** The built-in sample dataset, as in `vae train --data digits`. */
export const DIGITS = { kind: 'digits', count: 8_000, seed: 0 } as const satisfies DatasetSource;

const latent = z.int().min(1).max(4096);
const size = z.int().min(4).max(1024).nullable();

/** The user's choices for `VAE: Train`, kept in the workspace state for the next time. */
export const choicesSchema = z.strictObject({
  /** `digits`, or the path of a folder or file. */
  data: z.string().min(1).max(4096),
  preset: z.enum(PRESET_NAMES),
  /** Null for the preset's value. */
  latent: latent.nullable(),
  /** Width and height in pixels; null for the size of the images. */
  size,
  /** Path of a CSV file with labels; null for none. */
  labels: z.string().min(1).max(4096).nullable().default(null),
});
export type TrainChoices = z.infer<typeof choicesSchema>;

/** Argument of `vae.train` for programs: starts training without asking. */
export const trainArgumentsSchema = z.strictObject({
  data: z.string().min(1).max(4096),
  preset: z.enum(PRESET_NAMES).optional(),
  latent: latent.optional(),
  size: size.optional(),
  /** A CSV file with the columns path and label, for a folder or a .zip of images: a path or a `file:` URI. */
  labels: z.string().min(1).max(4096).optional(),
  samples: z.int().min(1).max(1e12).optional(),
  seed: z.int().min(0).optional(),
  /** Whether to leave out images that were excluded on the map; true by default. */
  leaveOut: z.boolean().optional(),
  set: z.record(z.string().max(100), z.string().max(1000)).optional(),
});
export type TrainArguments = z.infer<typeof trainArgumentsSchema>;

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** A folder of the workspace that contains images, directly or in subfolders. */
export interface ImageFolder {
  readonly path: string;
  /** Display name: the path relative to the workspace folder, or the folder's name. */
  readonly shown: string;
  readonly images: number;
  /** Whether there are more images than were counted. */
  readonly more: boolean;
}

/** Result of the dataset question: a dataset, the previous choices, or a further question. */
export type DataChoice =
  | { readonly kind: 'data'; readonly data: string }
  | { readonly kind: 'again'; readonly choices: TrainChoices }
  | { readonly kind: 'browse-folder' }
  | { readonly kind: 'browse-file' };

export function presetChoices(t: Translate): Choice<PresetName>[] {
  return [
    {
      label: 'fast',
      detail: t('Adam; a good bound in minutes, stops when the validation bound settles'),
      value: 'fast',
    },
    {
      label: 'aevb',
      detail: t('The experiment of Kingma & Welling: Adagrad, to compare with the paper'),
      value: 'aevb',
    },
    {
      label: 'conv',
      detail: t('Convolutions, Adam; for pictures and colours, at 32, 64 or 128 pixels; takes longer'),
      value: 'conv',
    },
    {
      label: 'aevb-frey',
      detail: t('The paper’s set-up for faces: a Gaussian decoder, for small grey pictures'),
      value: 'aevb-frey',
    },
    {
      label: 'iwae',
      detail: t('The importance-weighted bound with 50 samples on binary images; slow, for comparisons'),
      value: 'iwae',
    },
    {
      label: 'wake-sleep',
      detail: t('The algorithm that the paper compares with, on the same model'),
      value: 'wake-sleep',
    },
  ];
}

export function latentChoices(t: Translate): Choice<number>[] {
  const details: Record<number, string> = {
    20: t('a good start'),
    2: t('every image is a point of a plane; the reconstructions are coarse'),
    10: t('few enough to inspect one by one'),
    50: t('more detail; some dimensions stay unused'),
  };
  return [20, 2, 10, 50].map((value) => ({
    label: t('{0} latent dimensions', value),
    description: details[value],
    value,
  }));
}

export function sizeChoices(preset: PresetName, t: Translate): Choice<number | null>[] {
  const sides = PRESET_SQUARES[preset]?.sides ?? [28, 32, 64];
  return [
    { label: t('Automatic'), description: t('from the images themselves'), value: null },
    ...sides.map((side) => ({ label: `${side} × ${side}`, description: t('pixels'), value: side })),
  ];
}

/** Returns the label tables and "no table"; the previous choice for the same images comes first. */
export function labelChoices(
  tables: readonly LabelTable[],
  last: TrainChoices | null,
  data: string,
  t: Translate,
): Choice<string | null>[] {
  const choices: Choice<string | null>[] = [
    ...tables.map(({ path, inside }) => ({
      label: plainName(nameOf(path)),
      description: inside ? t('in the folder of the images') : t('beside the images'),
      value: path,
    })),
    {
      label: t('No Table'),
      description: t('labels are folder names, if there are any'),
      value: null,
    },
  ];
  return last?.data === data ? lastFirst(choices, last.labels) : choices;
}

/** Moves the previous choice to the top, where Enter accepts it. */
export function lastFirst<T>(choices: Choice<T>[], last: T | undefined): Choice<T>[] {
  return choices.sort((a, b) => Number(b.value === last) - Number(a.value === last));
}

const nameOf = (path: string): string => path.split(/[\\/]/).pop() ?? '';

/** Summarises the choices in one line. */
export function summary(choices: TrainChoices, t: Translate): string {
  const name = choices.data === 'digits' ? t('sample digits') : nameOf(choices.data);
  return [
    plainName(name),
    choices.labels === null ? null : plainName(nameOf(choices.labels)),
    choices.preset,
    choices.latent === null ? null : t('{0} latent dimensions', choices.latent),
    choices.size === null ? null : `${choices.size} × ${choices.size}`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

export function dataChoices(
  last: TrainChoices | null,
  folders: readonly ImageFolder[],
  t: Translate,
): Choice<DataChoice>[] {
  const again: Choice<DataChoice>[] = last
    ? [
        {
          label: t('Same as last time'),
          description: summary(last, t),
          value: { kind: 'again', choices: last },
        },
      ]
    : [];
  return [
    ...again,
    {
      label: t('Sample digits'),
      description: t('built in, nothing to prepare'),
      value: { kind: 'data', data: 'digits' },
    },
    ...folders.map((folder): Choice<DataChoice> => ({
      label: plainName(folder.shown),
      description: folder.more
        ? t('more than {0} images', folder.images)
        : folder.images === 1
          ? t('1 image')
          : t('{0} images', folder.images),
      value: { kind: 'data', data: folder.path },
    })),
    { label: t('Browse for a Folder of Images…'), value: { kind: 'browse-folder' } },
    {
      label: t('Browse for a Dataset File…'),
      description: t('.zip of images, NumPy, Parquet or IDX such as MNIST'),
      value: { kind: 'browse-file' },
    },
  ];
}

const SNAPSHOT_SETTINGS: Readonly<Record<SnapshotChoice, Readonly<Record<string, string>>>> = {
  never: {},
  small: { snapshots: 'auto' },
  always: { snapshots: 'true' },
};

/**
 * Converts arguments to a training request with settings as in `vae train --set`; explicit settings take precedence.
 * @param snapshots whether to keep weight snapshots during training
 */
export function trainRequest(
  source: DatasetSource,
  given: TrainArguments,
  snapshots: SnapshotChoice,
): TrainRequest {
  const set: Record<string, string> = { ...SNAPSHOT_SETTINGS[snapshots] };
  if (given.latent !== undefined) set['model.latent'] = String(given.latent);
  if (given.size != null) set['data.width'] = set['data.height'] = String(given.size);
  if (given.samples !== undefined) set['training.samples'] = String(given.samples);
  return { source, preset: given.preset ?? 'fast', seed: given.seed ?? 0, set: { ...set, ...given.set } };
}
