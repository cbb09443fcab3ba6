import * as z from 'zod';
import { MAX_CLASSES, MAX_CLASS_NAME } from '../domain/limits';
import type { ClassifierUse } from '../engine/onnx/opened/classifier-use';
import { describeMismatch } from '../text/describe-mismatch';
import { changeFile } from './change-file';
import {
  makeFolder,
  namesIn,
  readBytes,
  readText,
  removeFolder,
  renameBeside,
  replaceFile,
} from './guarded-files';
import { ForeignFileError, below, inRun, statPath } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { parseSmallJson } from './json-shape';
import { MAX_ONNX_BYTES } from './opened-model';
import { RunError } from './run-error';
import { isTemporaryName, temporaryName } from './temporary-name';
import { sha256 } from './sha256';

const FORMAT = 'latent-explorer/classifier/1';
const FOLDER = 'classifier';
const [JSON_FILE, MODEL_FILE] = ['classifier.json', 'classifier.onnx'];
/** Files of the folder; the last two are what the classifier says about the images, see class-probabilities.ts. */
const FILES = [JSON_FILE, MODEL_FILE, 'classified.json', 'probabilities.npy'];
const isOurs = (name: string): boolean =>
  FILES.includes(name) || isTemporaryName(name, (of) => FILES.includes(of));
/** Maximum size of classifier.json, in bytes: names of many classes. */
export const MAX_CLASSIFIER_JSON_BYTES = 16_000_000;

const side = z.int().min(4).max(1024);
const name = z.string().max(1000);

/** Schema of classifier.json: how the classifier that a person attached to a run is used. */
const classifierSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    /** Name of the file that was copied, for people. */
    from: z.string().max(1000),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    width: side,
    height: side,
    channels: z.union([z.literal(1), z.literal(3)]),
    input: name,
    element: z.enum(['float32', 'uint8']),
    layout: z.enum(['nchw', 'nhwc', 'flat', 'flat-channels']),
    scale: z.enum(['unit', 'signed', 'imagenet', 'bytes']),
    batch: z.int().min(1).max(100_000).nullable(),
    output: name,
    values: z.enum(['logits', 'probabilities', 'log-probabilities']),
    numbers: z.int().min(1).max(MAX_CLASSES),
    /** Of the classes, in the order of the output. */
    names: z.array(z.string().min(1).max(MAX_CLASS_NAME)).min(2).max(MAX_CLASSES),
  })
  .refine(({ numbers, names }) => names.length === Math.max(2, numbers), {
    path: ['names'],
    message: 'Expected a name for each class',
  });

/** The classifier of a run, without its file. */
export interface AttachedClassifier {
  readonly use: ClassifierUse;
  readonly names: readonly string[];
  /** Name of the file that was attached, for people. */
  readonly from: string;
  /** Checksum of the file. */
  readonly sha256: string;
}

/** The folder that a run keeps its classifier in. */
export const classifierFolder = (runFolder: string): GuardedPath => inRun(runFolder, FOLDER);

/**
 * Replaces the run's `classifier/`: classifier.onnx, and classifier.json with its use. What an earlier one said about the images goes with
 * it. After a crash, the folder is entirely old, entirely new or missing. @throws ForeignFileError if the folder holds other files
 */
export function writeClassifier(
  runFolder: string,
  file: Uint8Array,
  { use, names, from }: Omit<AttachedClassifier, 'sha256'>,
): Promise<void> {
  const { width, height, channels, input, element, layout, scale, batch, output, values, numbers } = use;
  const record: z.infer<typeof classifierSchema> = {
    ...{ format: FORMAT, from, sha256: sha256(file), width, height, channels, input, element, layout, scale },
    ...{ batch, output, values, numbers, names: [...names] },
  };
  return changeFile(classifierFolder(runFolder), async () => {
    await removeLeftoverFolders(runFolder);
    const fresh = inRun(runFolder, temporaryName(FOLDER));
    await makeFolder(fresh);
    try {
      await replaceFile(below(fresh, MODEL_FILE), [file]);
      await replaceFile(below(fresh, JSON_FILE), `${JSON.stringify(record, null, 2)}\n`);
      await remove(runFolder);
      await renameBeside(fresh, classifierFolder(runFolder));
    } finally {
      await removeFolder(fresh, isOurs);
    }
  });
}

/** Removes the run's classifier and what it said. @returns whether there was one @throws ForeignFileError for files that are not ours */
export function removeClassifier(runFolder: string): Promise<boolean> {
  return changeFile(classifierFolder(runFolder), async () => {
    await removeLeftoverFolders(runFolder);
    const isThere = (await statPath(classifierFolder(runFolder))) !== null;
    await remove(runFolder);
    return isThere;
  });
}

async function remove(runFolder: string): Promise<void> {
  const folder = classifierFolder(runFolder);
  const others = (await namesIn(folder)).filter((each) => !isOurs(each));
  if (others.length > 0)
    throw new ForeignFileError(
      `${folder.path} is not removed: it holds ${others.length} files that are not ours, such as '${others[0]}'. Move them away.`,
    );
  if ((await statPath(folder)) === null) return;
  const stale = inRun(runFolder, temporaryName(FOLDER));
  await renameBeside(folder, stale);
  await removeFolder(stale, isOurs);
}

async function removeLeftoverFolders(runFolder: string): Promise<void> {
  for (const each of await namesIn(inRun(runFolder)))
    if (isTemporaryName(each, (of) => of === FOLDER)) await removeFolder(inRun(runFolder, each), isOurs);
}

/** Removes temporary folders left by interrupted writes. Waits for a write that is under way. */
export async function removeClassifierLeftovers(runFolder: string): Promise<void> {
  const names = await namesIn(inRun(runFolder));
  if (!names.some((each) => isTemporaryName(each, (of) => of === FOLDER))) return;
  await changeFile(classifierFolder(runFolder), () => removeLeftoverFolders(runFolder));
}

/** Reads how the run's classifier is used; null if it has none. @throws RunError if the file is damaged; ForeignFileError for a link */
export async function readClassifier(runFolder: string): Promise<AttachedClassifier | null> {
  const target = below(classifierFolder(runFolder), JSON_FILE);
  const text = await readText(target, MAX_CLASSIFIER_JSON_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const value = parseSmallJson(text, target.path, 'Attach the classifier again.');
  const result = classifierSchema.safeParse(value);
  if (!result.success)
    throw new RunError(
      `${target.path} does not describe a classifier: ${describeMismatch(result.error, value)}. Attach the classifier again.`,
    );
  const { from, sha256: sum, names, width, height, channels, input, element } = result.data;
  const { layout, scale, batch, output, values, numbers } = result.data;
  const use = { width, height, channels, input, element, layout, scale, batch, output, values, numbers };
  return { use, names, from, sha256: sum };
}

/** Reads the file of the run's classifier. @throws RunError if it is another than was attached; ForeignFileError for a link */
export async function readClassifierFile(
  runFolder: string,
  { sha256: expected, from }: AttachedClassifier,
): Promise<Uint8Array> {
  const target = below(classifierFolder(runFolder), MODEL_FILE);
  const bytes = await readBytes(target, MAX_ONNX_BYTES);
  const got = sha256(bytes);
  if (got === expected) return bytes;
  throw new RunError(
    `${target.path} is not the file that was attached ('${from}'): its sha256 is ${got.slice(0, 12)}…, expected ${expected.slice(0, 12)}…. Attach the classifier again.`,
  );
}
