import { parsePlanLine } from '../protocol/schemas/plan-line';
import type { PlanLine } from '../protocol/schemas/plan-line';
import { runVae } from './run-vae';

/** What to plan for. */
export interface PlanRequest {
  /** Path of the dataset, or `digits`. */
  readonly data: string;
  /** Null for all presets. */
  readonly preset: string | null;
  readonly set: Readonly<Record<string, string>>;
  /** Name of the engine or `auto`, and its number of threads, 0 for one per core. */
  readonly engine: string;
  readonly threads: number;
  /** What trains: `auto`, `cpu` or `gpu`; absent for `auto`. */
  readonly device?: string | undefined;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Plans the training on a dataset in a process of its own, with `vae plan`: what each preset would do, and, at the end, how long it
 * would take.
 * @param onLine called with each result as it comes
 * @throws Error with the reason if the dataset cannot be used; the abort reason, after the process was killed
 */
export async function planTraining(
  { data, preset, set, engine, threads, device, engineFolder }: PlanRequest,
  signal: AbortSignal,
  onLine: (line: PlanLine) => void,
): Promise<void> {
  const args = [
    ...['plan', '--json', '--engine', engine],
    ...(threads > 0 ? ['--threads', String(threads)] : []),
    ...(device === undefined ? [] : ['--device', device]),
    ...(preset === null ? [] : ['--preset', preset]),
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...['--', data],
  ];
  await runVae(args, engineFolder, signal, (text) => {
    const line = parsePlanLine(text);
    if (line !== null && !signal.aborted) onLine(line);
  });
}
