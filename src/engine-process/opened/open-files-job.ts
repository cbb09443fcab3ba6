import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { chooseForOpenedModel } from '../../engine/choose';
import type { ModelFileEngine } from '../../engine/engine';
import { OpenQuestion } from '../../engine/onnx/opened/question';
import type { AnswerKey, Answers } from '../../engine/onnx/opened/question';
import type { InferredUse, OpenedFiles } from '../../engine/onnx/opened/use';
import { readBytes } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import { MAX_ONNX_BYTES } from '../../runs/opened-model';
import type { EngineOptions } from '../programs/engine-options';
import { sha256 } from '../../runs/sha256';

/** What a process that tries a pair of ONNX files reads from its standard input, as JSON. */
export interface TrialRequest extends EngineOptions {
  /** Paths. */
  readonly encoder: string;
  readonly decoder: string;
  readonly answers: Answers;
  /** Images to reconstruct, as bytes in base64; null for none. */
  readonly images: string | null;
  /** Maximum time of a call of the model, in ms. */
  readonly callMs: number;
}

/** What it prints, as JSON on one line. */
export type TrialReply =
  | (InferredUse & {
      /** Checksums of the files. */
      readonly encoder: string;
      readonly decoder: string;
      /** Reconstructions of the images, in base64. */
      readonly reconstructed: string | null;
    })
  | {
      readonly question: {
        readonly key: AnswerKey;
        readonly message: string;
        readonly choices: readonly string[] | null;
      };
    }
  | { readonly problem: string };

/** Tries the files of a `TrialRequest` in this process. @returns the `TrialReply`, as JSON */
export async function openFilesJob(input: NodeJS.ReadableStream): Promise<string> {
  return JSON.stringify(await tryFiles(JSON.parse(await text(input)) as TrialRequest));
}

/** Tells how two files are used, and reconstructs images with them. */
export async function tryFiles(request: TrialRequest): Promise<TrialReply> {
  try {
    return await tried(request);
  } catch (error) {
    if (!(error instanceof OpenQuestion))
      return { problem: error instanceof Error ? error.message : String(error) };
    const { key, message, choices } = error;
    return { question: { key, message, choices } };
  }
}

async function tried({ answers, images, callMs, ...request }: TrialRequest): Promise<TrialReply> {
  const files = { encoder: await readModel(request.encoder), decoder: await readModel(request.decoder) };
  const { engine } = await chooseForOpenedModel(request);
  const runner = engine.files!;
  const inferred = await runner.infer(files, answers, callMs);
  return {
    ...inferred,
    ...{ encoder: sha256(files.encoder), decoder: sha256(files.decoder) },
    reconstructed:
      images === null ? null : await reconstructed(runner, { ...files, use: inferred.use }, images),
  };
}

/** Reads a file that a user named. @throws ForeignFileError for a link */
function readModel(path: string): Promise<Uint8Array> {
  return readBytes(guarded(dirname(path), basename(path)), MAX_ONNX_BYTES);
}

async function reconstructed(runner: ModelFileEngine, files: OpenedFiles, images: string): Promise<string> {
  const session = await runner.open(files);
  try {
    const bytes = new Uint8Array(Buffer.from(images, 'base64'));
    const { width, height, channels } = files.use;
    const count = bytes.length / (width * height * channels);
    const { mean } = await session.encode(bytes, count);
    const means = await session.decode(mean, count);
    return Buffer.from(Uint8Array.from(means, (value) => Math.round(255 * value))).toString('base64');
  } finally {
    session.dispose();
  }
}
