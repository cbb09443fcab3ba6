import { parseOpenedLine } from '../protocol/schemas/opened';
import type { ModelQuestion, OpenedModel } from '../protocol/schemas/opened';
import { runVae } from './run-vae';

/** A model to open. */
export interface OpenModelRequest {
  /** Paths: of a folder, or of an encoder and a decoder. */
  readonly files: readonly string[];
  /** Path of the images, or `digits`. */
  readonly data: string;
  /** Answers to questions, by their keys; the empty text for none. */
  readonly answers: Readonly<Record<string, string>>;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Opens a model in a process of its own, with `vae open-model`. @param runFolder new or empty
 * @returns the question that the user must answer first, if there is one
 * @throws Error with the reason if the files cannot be used; the abort reason
 */
export async function openModel(
  request: OpenModelRequest,
  runFolder: string,
  signal: AbortSignal,
): Promise<ModelQuestion | OpenedModel> {
  let result: ModelQuestion | OpenedModel | null = null;
  try {
    await runVae(
      argumentsOf(request, ['--run', runFolder]),
      request.engineFolder,
      signal,
      (text) => void (result = parseOpenedLine(text) ?? result),
      { atAbort: 'may tidy up' },
    );
  } catch (error) {
    signal.throwIfAborted();
    // A question ends the command as an error does.
    if (result === null) throw error;
  }
  if (result === null) throw new Error('vae open-model ended and named no run');
  return result;
}

/** Draws images above their reconstructions into a PNG file: by each scale of pixels in its order, if that is asked for. */
export async function previewModel(
  request: OpenModelRequest,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await runVae(argumentsOf(request, ['--preview', path]), request.engineFolder, signal, () => undefined);
}

function argumentsOf({ files, data, answers }: OpenModelRequest, more: readonly string[]): string[] {
  const options = Object.entries(answers).flatMap(([key, answer]) =>
    answer === '' ? ['--no-spread'] : [`--${key === 'output-scale' ? 'scale' : key}=${answer}`],
  );
  return ['open-model', '--json', `--data=${data}`, ...options, ...more, '--', ...files];
}
