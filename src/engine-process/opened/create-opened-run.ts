import { basename, dirname } from 'node:path';
import type { Dataset } from '../../datasets/dataset';
import { splitDataset } from '../../datasets/split';
import { withRules } from '../../domain/reading';
import { DEFAULT_SPLIT } from '../../domain/split';
import type { EngineDescription } from '../../engine/engine';
import { latentOf } from '../../engine/onnx/opened/use';
import type { ModelUse } from '../../engine/onnx/opened/use';
import { listImages } from '../../model/run-dataset';
import { openedConfigSchema } from '../../runs/config';
import { readBytes } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import {
  MAX_ONNX_BYTES,
  readOpenedModel,
  removeUnopenedRun,
  writeOpenedModel,
} from '../../runs/opened-model';
import { RunError } from '../../runs/run-error';
import { writeRunImages } from '../../runs/run-images';
import { sha256 } from '../../runs/sha256';
import { writeConfig } from '../../runs/store';
import { PRODUCT_VERSION } from '../product';

export interface OpenedRun {
  /** Paths. */
  readonly encoder: string;
  readonly decoder: string;
  /** SHA-256 of the files that were tried, in hexadecimal. */
  readonly tried: { readonly encoder: string; readonly decoder: string };
  readonly use: ModelUse;
  /** The images to explore the model with, in its shape. */
  readonly dataset: Dataset;
  readonly engine: EngineDescription;
  readonly now: Date;
}

/**
 * Fills the folder of a run with copies of a model's files and what says how to use them; config.json comes last, so that a folder is a run
 * or none. What a failure leaves is removed.
 * @throws DataError if there are too few images; the abort reason; RunError if a file has changed since it was tried; system errors
 */
export async function createOpenedRun(
  runFolder: string,
  { encoder, decoder, tried, use, dataset, engine, now }: OpenedRun,
  signal: AbortSignal,
): Promise<void> {
  const request = { ...DEFAULT_SPLIT, trainLimit: 0 };
  const split = splitDataset(dataset, request);
  const { width, height, channels } = use;
  try {
    const encoderBytes = await readTried(encoder, tried.encoder);
    const decoderBytes = await readTried(decoder, tried.decoder);
    await writeOpenedModel(
      runFolder,
      { encoder: encoderBytes, decoder: decoderBytes, use },
      { encoder: basename(encoder), decoder: basename(decoder) },
    );
    // What was written is what a later opening accepts.
    await readOpenedModel(runFolder);
    if (dataset.source.kind !== 'digits')
      await writeRunImages(runFolder, await listImages(dataset, split, signal));
    signal.throwIfAborted();
    const config = openedConfigSchema.parse({
      version: 1,
      name: basename(runFolder),
      createdAt: now.toISOString(),
      data: {
        source: withRules(dataset.source),
        name: dataset.name,
        ...{ width, height, channels },
        ...{ fingerprint: dataset.fingerprint, count: dataset.count, split: request },
      },
      opened: { latent: latentOf(use) },
      engine,
      versions: {
        product: PRODUCT_VERSION,
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
      },
    });
    await writeConfig(runFolder, config);
  } catch (error) {
    await removeUnopenedRun(runFolder);
    throw error;
  }
}

/** Reads a file that a user named. @param digest of what was tried @throws RunError if it is another one; ForeignFileError for a link */
async function readTried(path: string, digest: string): Promise<Uint8Array> {
  const bytes = await readBytes(guarded(dirname(path), basename(path)), MAX_ONNX_BYTES);
  if (sha256(bytes) !== digest) throw new RunError(`${path} has changed since it was tried; try again`);
  return bytes;
}
