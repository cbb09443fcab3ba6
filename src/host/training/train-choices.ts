import * as z from 'zod';
import type { DatasetSource } from '../../datasets/dataset';
import { PRESET_NAMES, PRESET_SQUARES } from '../../runs/config';
import type { PresetName, TrainRequest } from '../../runs/config';
import { MIN_IMAGES } from '../../domain/split';
import type { FoundFolder } from '../../tools/datasets/image-folders';
import type { PlannedTable } from '../../protocol/schemas/plan-line';
import { formatCount } from '../../text/format-count';
import { plainName } from '../format';
import type { Translate } from '../format';
import type { SnapshotChoice } from '../settings';

/** The built-in sample dataset, as in `vae train --data digits`. */
export const DIGITS = { kind: 'digits', count: 8_000, seed: 0 } as const satisfies DatasetSource;

const latent = z.int().min(1).max(4096);
const seed = z.int().min(0);
const settings = z.record(z.string().max(100), z.string().max(1000));
const engine = z.enum(['auto', 'tensorflow', 'onnx', 'wasm', 'jax']);
const threads = z.int().min(0).max(1024);
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
  /** Path of a table with labels; null for none. */
  labels: z.string().min(1).max(4096).nullable().default(null),
  /** Its column with the labels, as in `ImageChoice`; null for the one whose name says so. */
  labelColumn: z.string().max(1000).nullable().default(null),
  /** As of "More Settings…". */
  set: settings.default({}),
  seed: seed.default(0),
  engine: engine.nullable().default(null),
  threads: threads.nullable().default(null),
});
export type TrainChoices = z.infer<typeof choicesSchema>;

/** Argument of `vae.train` for programs: starts training without asking. */
export const trainArgumentsSchema = z.strictObject({
  data: z.string().min(1).max(4096),
  preset: z.enum(PRESET_NAMES).optional(),
  latent: latent.optional(),
  size: size.optional(),
  /** A table with a column that names the images of a folder or an archive: a path or a `file:` URI. */
  labels: z.string().min(1).max(4096).optional(),
  /** Its column with the labels; empty for the names of folders. */
  labelColumn: z.string().max(1000).optional(),
  samples: z.int().min(1).max(1e12).optional(),
  seed: seed.optional(),
  /** Of this start; absent for those of the settings. */
  engine: engine.optional(),
  threads: threads.optional(),
  /** Whether to leave out images that were excluded on the map; true by default. */
  leaveOut: z.boolean().optional(),
  set: settings.optional(),
});
export type TrainArguments = z.infer<typeof trainArgumentsSchema>;

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** A folder of the workspace that contains images, directly or in subfolders, or IDX files. */
export interface ImageFolder extends FoundFolder {
  /** Name of the workspace folder, if there are several; else null. */
  readonly root: string | null;
}

/** Result of the dataset question: a dataset, the previous choices, or a further question. */
export type DataChoice =
  | { readonly kind: 'data'; readonly data: string }
  | { readonly kind: 'again'; readonly choices: TrainChoices }
  | { readonly kind: 'browse-folder' }
  | { readonly kind: 'browse-file' };

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

/** Returns "no table" and the tables that were found; the previous choice for the same images comes first. */
export function labelChoices(
  tables: readonly PlannedTable[],
  last: TrainChoices | null,
  data: string,
  t: Translate,
): Choice<string | null>[] {
  const choices: Choice<string | null>[] = [
    ...tables.map(({ path, inside, images, labels }) => ({
      label: plainName(nameOf(path)),
      description: [
        inside ? t('in the folder of the images') : t('beside the images'),
        images === 1 ? t('a line for 1 image') : t('lines for {0} images', formatCount(images)),
      ].join(' · '),
      detail: columnsText(labels, t),
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

function columnsText(labels: PlannedTable['labels'], t: Translate): string {
  const names = labels.map(({ name }) => plainName(name));
  const more = names.length > MAX_NAMED ? ', …' : '';
  return names.length === 0
    ? t('no column that could be labels')
    : t('columns: {0}', `${names.slice(0, MAX_NAMED).join(', ')}${more}`);
}

const MAX_NAMED = 6;

/**
 * Returns the columns of a table that may be labels, and the folder names. Null is the column whose name says that it has the labels.
 */
export function columnChoices({ labels, isNamed }: PlannedTable, t: Translate): Choice<string | null>[] {
  return [
    ...labels.map(({ name, classes }, i) => ({
      label: plainName(name),
      description: classes === 1 ? t('1 class') : t('{0} classes', formatCount(classes)),
      value: i === 0 && isNamed ? null : name,
    })),
    {
      label: t('Folder Names'),
      description: t('the map has the columns of the table'),
      value: '',
    },
  ];
}

/** Whether a table leaves open which of its columns has the labels. */
export const asksForColumn = ({ labels, isNamed }: PlannedTable): boolean =>
  labels.length > (isNamed ? 1 : 0);

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
    ...Object.entries(choices.set).map(([key, value]) => plainName(`${key}=${value}`)),
    choices.seed === 0 ? null : t('seed {0}', choices.seed),
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
      description: folderText(folder, t),
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

function folderText({ images, more, kind, root }: ImageFolder, t: Translate): string {
  const count = formatCount(images);
  const number = more
    ? t('more than {0} images', count)
    : images === 1
      ? t('1 image')
      : t('{0} images', count);
  return [
    number,
    ...(kind === 'idx' ? ['IDX'] : []),
    ...(images < MIN_IMAGES && !more ? [t('too few: at least {0} are needed', MIN_IMAGES)] : []),
    ...(root === null ? [] : [t('in {0}', plainName(root))]),
  ].join(' · ');
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
