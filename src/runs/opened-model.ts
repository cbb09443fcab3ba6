import * as z from 'zod';
import { MAX_LATENT_DIMENSIONS } from '../domain/limits';
import { describeMismatch } from '../text/describe-mismatch';
import type { ModelUse, OpenedFiles } from '../engine/onnx/opened/use';
import { readBytes, readText, removeFolder, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import { parseSmallJson } from './json-shape';
import { RunError } from './run-error';
import { isTemporaryName } from './temporary-name';
import { sha256 } from './sha256';

const FORMAT = 'latent-explorer/opened-model/1';
const FILE = 'model.json';
/** Names of the copies in the run folder. */
const COPIES = { encoder: 'encoder.onnx', decoder: 'decoder.onnx' } as const;
/** Maximum sizes, in bytes. */
const MAX_JSON_BYTES = 1_000_000;
export const MAX_ONNX_BYTES = 2 ** 30;

const name = z.string().max(1000);
const layout = z.enum(['nchw', 'nhwc', 'flat', 'flat-channels']);
const scale = z.enum(['unit', 'signed', 'imagenet', 'bytes']);
const batch = z.int().min(1).max(100_000).nullable();
const side = z.int().min(4).max(1024);
const file = {
  /** Name of the file that was copied, for people. */
  from: z.string().max(1000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: name,
  layout,
  scale,
  batch,
};

const numbersOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** Schema of model.json: which files a model that was trained elsewhere consists of, and how they are used. */
const openedModelSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    width: side,
    height: side,
    channels: z.union([z.literal(1), z.literal(3)]),
    encoder: z.strictObject({
      ...file,
      element: z.enum(['float32', 'uint8']),
      mean: name,
      spread: z
        .strictObject({
          output: name,
          kind: z.enum(['log-variance', 'standard-deviation']),
          block: z.int().min(1).max(MAX_LATENT_DIMENSIONS).optional(),
        })
        .nullable(),
    }),
    decoder: z.strictObject({
      ...file,
      point: z
        .array(z.int().min(1).max(MAX_LATENT_DIMENSIONS))
        .min(1)
        .max(8)
        .refine(
          (sizes) => numbersOf(sizes) <= MAX_LATENT_DIMENSIONS,
          `Expected at most ${MAX_LATENT_DIMENSIONS} latent dimensions`,
        ),
      output: name,
    }),
  })
  .refine(({ encoder, decoder }) => {
    const block = encoder.spread?.block;
    return (
      block === undefined ||
      (encoder.spread?.output === encoder.mean && numbersOf(decoder.point) % block === 0)
    );
  }, 'Expected blocks that make up a point, in the output with the mean') satisfies z.ZodType<ModelUse>;

/** Names of the files that a model was opened from, for people. */
export interface FileNames {
  readonly encoder: string;
  readonly decoder: string;
}

/** Copies the files of a model into a run folder and writes model.json beside them, last. */
export async function writeOpenedModel(
  runFolder: string,
  { encoder, decoder, use }: OpenedFiles,
  from: FileNames,
): Promise<void> {
  const record: z.infer<typeof openedModelSchema> = {
    format: FORMAT,
    ...{ width: use.width, height: use.height, channels: use.channels },
    encoder: { from: from.encoder, sha256: sha256(encoder), ...use.encoder },
    decoder: { from: from.decoder, sha256: sha256(decoder), ...use.decoder, point: [...use.decoder.point] },
  };
  await replaceFile(inRun(runFolder, COPIES.encoder), [encoder]);
  await replaceFile(inRun(runFolder, COPIES.decoder), [decoder]);
  await replaceFile(inRun(runFolder, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** Removes what a failed opening left in a run folder, if nothing else is in it. */
export async function removeUnopenedRun(runFolder: string): Promise<void> {
  const files = [FILE, ...Object.values(COPIES), 'images.json', 'config.json'];
  const isOurs = (each: string): boolean =>
    files.includes(each) || isTemporaryName(each, (of) => files.includes(of));
  await removeFolder(inRun(runFolder), isOurs).catch(() => undefined);
}

/**
 * Reads the files of a run's model. @throws RunError if one is missing or another than was opened; ForeignFileError for a link
 */
export async function readOpenedModel(runFolder: string): Promise<OpenedFiles> {
  const target = inRun(runFolder, FILE);
  const text = await readText(target, MAX_JSON_BYTES).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new RunError(
          `${target.path} is missing: it says how the files of the model are used. Open the model again.`,
        )
      : error;
  });
  const value = parseSmallJson(text, target.path);
  const result = openedModelSchema.safeParse(value);
  if (!result.success)
    throw new RunError(
      `${target.path} does not describe a model that was opened: ${describeMismatch(result.error, value)}`,
    );
  const { width, height, channels, encoder, decoder } = result.data;
  return {
    encoder: await readCopy(runFolder, 'encoder', encoder.sha256),
    decoder: await readCopy(runFolder, 'decoder', decoder.sha256),
    use: { width, height, channels, encoder, decoder },
  };
}

async function readCopy(
  runFolder: string,
  which: keyof typeof COPIES,
  expected: string,
): Promise<Uint8Array> {
  const target = inRun(runFolder, COPIES[which]);
  const bytes = await readBytes(target, MAX_ONNX_BYTES);
  const got = sha256(bytes);
  if (got === expected) return bytes;
  throw new RunError(
    `${target.path} is not the file that was opened: its sha256 is ${got}, expected ${expected}. Open the model again.`,
  );
}
