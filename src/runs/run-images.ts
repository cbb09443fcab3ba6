import * as z from 'zod';
import { replaceFile, readText } from './guarded-files';
import { inRun, statPath } from './guarded-path';
import { RunError } from './run-error';

/** The images of a run, in the order of its dataset. Without it, images that are missing later could not be named. */
export interface RunImages {
  readonly ids: readonly string[];
  /** CRC-32 of each image's pixels in the run's shape. */
  readonly checksums: Uint32Array;
  /** Part of each image: an index of SPLIT_NAMES, or `NO_PART`. */
  readonly parts: Uint8Array;
  /** Position of each image in the dataset that the run was started on. */
  readonly numbers: Uint32Array;
  /** Ids of images of the dataset, at any time, that the user chose to go on without. */
  readonly leftOut: readonly string[];
}

/** The part of an image that is used neither for training nor for validation nor for testing. */
export const NO_PART = 255;

export const IMAGES_FILE = 'images.json';
/** Maximum file size, in bytes. */
const MAX_FILE_BYTES = 400_000_000;

/** Ids `name#first`, `name#first+1`, ... of a container file, as one entry. */
const range = z.strictObject({
  of: z.string(),
  first: z.int().min(0).max(1e9),
  count: z.int().min(1).max(1e9),
});
type Entry = string | z.infer<typeof range>;

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/images/1'),
  ids: z.array(z.union([z.string(), range])),
  /** Base64 of the arrays, little-endian. */
  checksums: z.base64(),
  parts: z.base64(),
  /** Absent while they are 0, 1, 2, ... */
  numbers: z.base64().optional(),
  leftOut: z.array(z.string()),
});

/** Whether the run has a list of its images; runs of earlier versions have none. @throws ForeignFileError */
export async function hasRunImages(runFolder: string): Promise<boolean> {
  return (await statPath(inRun(runFolder, IMAGES_FILE))) !== null;
}

/** Replaces the run's images.json. */
export async function writeRunImages(runFolder: string, images: RunImages): Promise<void> {
  const { ids, checksums, parts, numbers, leftOut } = images;
  const content: z.infer<typeof fileSchema> = {
    format: 'latent-explorer/images/1',
    ids: shortened(ids),
    checksums: base64Of(checksums),
    parts: base64Of(parts),
    ...(numbers.every((number, i) => number === i) ? {} : { numbers: base64Of(numbers) }),
    leftOut: [...leftOut],
  };
  await replaceFile(inRun(runFolder, IMAGES_FILE), `${JSON.stringify(content)}\n`);
}

/** Reads the run's images.json; null if it is missing. @throws RunError if it is damaged */
export async function readRunImages(runFolder: string): Promise<RunImages | null> {
  const target = inRun(runFolder, IMAGES_FILE);
  if ((await statPath(target)) === null) return null;
  try {
    const file = fileSchema.parse(JSON.parse(await readText(target, MAX_FILE_BYTES)));
    const checksums = words(file.checksums);
    const { length } = checksums;
    const images: RunImages = {
      ids: expanded(file.ids, length),
      checksums,
      parts: Uint8Array.from(Buffer.from(file.parts, 'base64')),
      numbers: file.numbers === undefined ? Uint32Array.from({ length }, (_, i) => i) : words(file.numbers),
      leftOut: file.leftOut,
    };
    const { ids, parts, numbers } = images;
    if ([ids, parts, numbers].every((of) => of.length === length)) return images;
    throw new Error(
      `it has ${ids.length} ids, ${length} checksums, ${parts.length} parts and ${numbers.length} numbers, expected as many of each`,
    );
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new RunError(
      `${target.path} is not a list of the run's images: ${why}. Bring back the images as they were at the start of the run, or move this file away.`,
    );
  }
}

function shortened(ids: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  let open: { of: string; first: number; count: number } | undefined;
  for (const id of ids) {
    const [, of, digits] = /^(.*)#(0|[1-9]\d{0,8})$/s.exec(id) ?? [];
    if (of === undefined) {
      entries.push(id);
      open = undefined;
    } else if (open?.of === of && open.first + open.count === Number(digits)) open.count++;
    else entries.push((open = { of, first: Number(digits), count: 1 }));
  }
  return entries;
}

/** @param length expected, which limits what a damaged file can ask for */
function expanded(entries: readonly Entry[], length: number): string[] {
  const count = entries.reduce((sum, entry) => sum + (typeof entry === 'string' ? 1 : entry.count), 0);
  if (count !== length) throw new Error(`it has ${count} ids and ${length} checksums, expected as many`);
  return entries.flatMap((entry) =>
    typeof entry === 'string'
      ? entry
      : Array.from({ length: entry.count }, (_, i) => `${entry.of}#${entry.first + i}`),
  );
}

function base64Of({ buffer, byteOffset, byteLength }: Uint8Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function words(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Uint32Array(Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);
}
