import { parseCheckedLine } from '../protocol/schemas/checked';
import type { CheckedImages } from '../protocol/schemas/checked';
import { runVae } from './run-vae';

/** Images to check with the model of a run. */
export interface CheckRequest {
  /** Path of the images. */
  readonly data: string;
  readonly runFolder: string;
  /** Name of the engine or `auto`, and its number of threads, 0 for one per core. */
  readonly engine: string;
  readonly threads: number;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Looks for duplicates, badly reconstructed images and skipped files in a process of its own, with `vae check`.
 * @throws Error with the reason if it cannot; the abort reason, after the process was killed
 */
export async function checkImages(
  { data, runFolder, engine, threads, engineFolder }: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedImages> {
  let checked: CheckedImages | null = null;
  const args = [
    ...['check', '--json', '--exit-zero', '--model', runFolder, '--engine', engine],
    ...(threads > 0 ? ['--threads', String(threads)] : []),
    ...['--', data],
  ];
  await runVae(args, engineFolder, signal, (text) => void (checked = parseCheckedLine(text) ?? checked));
  if (checked === null) throw new Error('vae check ended and printed no result');
  return checked;
}
