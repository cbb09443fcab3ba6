import { createHash } from 'node:crypto';
import * as z from 'zod';
import { MAX_CLASSES } from '../domain/limits';
import { changeFile } from './change-file';
import { classifierFolder, readClassifier } from './classifier';
import { readBytes, readText, replaceFile } from './guarded-files';
import { below } from './guarded-path';
import { decodeNpy, encodeNpy } from './npy';
import { readOrNull } from './read-or-null';

/** What a classifier says about all images of a dataset, in its order. */
export interface ClassProbabilities {
  /** Checksum of the classifier's description: its file and how that is used. */
  readonly classifier: string;
  /** Fingerprint of the dataset. */
  readonly fingerprint: string;
  readonly count: number;
  readonly classes: number;
  /** count × classes. */
  readonly values: Float32Array;
}

const FORMAT = 'latent-explorer/classified/1';
const [INDEX, VALUES] = ['classified.json', 'probabilities.npy'];
/** Maximum file sizes, in bytes. */
const MAX_INDEX_BYTES = 10_000;
export const MAX_VALUES_BYTES = 2 ** 30;

const schema = z.strictObject({
  format: z.literal(FORMAT),
  classifier: z.string().max(64),
  fingerprint: z.string().max(64),
  count: z.int().min(1).max(1e8),
  classes: z.int().min(2).max(MAX_CLASSES),
  /** Checksum of the probabilities, which detects files from different classifiers. */
  sha256: z.string().max(64),
});

/** Returns a checksum over a classifier's file and how it is used: probabilities of another use are others. */
export function classifierKey({
  use,
  sha256,
}: NonNullable<Awaited<ReturnType<typeof readClassifier>>>): string {
  const { width, height, channels, input, element, layout, scale, output, values } = use;
  const facts = [sha256, width, height, channels, input, element, layout, scale, output, values];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** Keeps probabilities beside the run's classifier, unless that is another one by now. */
export async function writeClassProbabilities(
  runFolder: string,
  { classifier, fingerprint, count, classes, values }: ClassProbabilities,
): Promise<void> {
  const folder = classifierFolder(runFolder);
  const index: z.infer<typeof schema> = {
    ...{ format: FORMAT, classifier, fingerprint, count, classes, sha256: digest(values) },
  };
  await changeFile(folder, async () => {
    const attached = await readClassifier(runFolder);
    if (attached === null || classifierKey(attached) !== classifier) return;
    await replaceFile(below(folder, VALUES), [encodeNpy(values, [count, classes])]);
    await replaceFile(below(folder, INDEX), `${JSON.stringify(index, null, 2)}\n`);
  });
}

/**
 * Reads what the run's classifier says about the images; null if it is missing, damaged, or of another classifier.
 * @param key as `classifierKey` @param onDamaged called with the reason if it is damaged
 */
export async function readClassProbabilities(
  runFolder: string,
  key: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<ClassProbabilities | null> {
  const folder = classifierFolder(runFolder);
  return readOrNull(folder.path, onDamaged, async () => {
    const index = schema.parse(JSON.parse(await readText(below(folder, INDEX), MAX_INDEX_BYTES)));
    const { classifier, fingerprint, count, classes, sha256 } = index;
    if (classifier !== key) return null;
    const values = decodeNpy(await readBytes(below(folder, VALUES), MAX_VALUES_BYTES), [count, classes]);
    if (digest(values) !== sha256) throw new Error('the checksum of its probabilities does not match');
    return { classifier, fingerprint, count, classes, values };
  });
}

function digest({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
