import { parseAttachedLine } from '../protocol/schemas/attached';
import type { ClassifierAttached, ClassifierQuestion } from '../protocol/schemas/attached';
import { runVae } from './run-vae';

/** A classifier to attach to a run. */
export interface AttachRequest {
  readonly runFolder: string;
  /** Path of an ONNX file. */
  readonly file: string;
  /** Answers to questions, by their keys. */
  readonly answers: Readonly<Record<string, string>>;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Attaches a classifier in a process of its own, with `vae probe attach`.
 * @returns the question that the user must answer first, if there is one
 * @throws Error with the reason if the file cannot be used; the abort reason
 */
export async function attachClassifier(
  { runFolder, file, answers, engineFolder }: AttachRequest,
  signal: AbortSignal,
): Promise<ClassifierQuestion | ClassifierAttached> {
  const options = Object.entries(answers).map(
    ([key, answer]) => `--${key === 'input-scale' ? 'scale' : key}=${answer}`,
  );
  let result: ClassifierQuestion | ClassifierAttached | null = null;
  try {
    await runVae(
      ['probe', 'attach', '--json', ...options, '--', runFolder, file],
      engineFolder,
      signal,
      (text) => void (result = parseAttachedLine(text) ?? result),
      { atAbort: 'may tidy up' },
    );
  } catch (error) {
    signal.throwIfAborted();
    // A question ends the command as an error does.
    if (result === null) throw error;
  }
  if (result === null) throw new Error('vae probe attach ended and attached nothing');
  return result;
}
