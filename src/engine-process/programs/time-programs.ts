import type { EngineProgram } from '../../engine/program';

/** How fast a program trains a model. */
export interface ProgramTime {
  readonly program: EngineProgram;
  /** Null if it does not train here. */
  readonly secondsPerStep: number | null;
  /** Why it does not; empty if it does. */
  readonly problem: string;
  /** Share of all cores' time that other processes took meanwhile, from 0 to 1. */
  readonly others: number;
}

/** A later program must take less than this share of the time to be chosen: measurements differ by a few percent. */
const CLEARLY = 0.95;

/** Share of the cores' time of others above which times say more about them than about the programs. */
const DISTURBED = 0.2;

/** Returns whether other processes kept the machine too busy for the times to be of use. */
export function areDisturbed(times: readonly ProgramTime[]): boolean {
  return times.some(({ others }) => others > DISTURBED);
}

/** Returns the fastest program; of two that are about even, the earlier. Null if none trains. */
export function fastest(times: readonly ProgramTime[]): EngineProgram | null {
  let best: { readonly program: EngineProgram; readonly seconds: number } | null = null;
  for (const { program, secondsPerStep: seconds } of times)
    if (seconds !== null && (best === null || seconds < CLEARLY * best.seconds)) best = { program, seconds };
  return best?.program ?? null;
}

/**
 * Times programs one after another, then the fastest with fewer threads if the processor trains.
 * @param threads further numbers of threads, most first
 * @param time measures one program @param onProgress called before each @returns a row for each that was timed
 */
export async function timePrograms(
  programs: readonly EngineProgram[],
  threads: readonly number[],
  time: (program: EngineProgram) => Promise<ProgramTime>,
  onProgress: (program: EngineProgram) => void,
): Promise<readonly ProgramTime[]> {
  const times: ProgramTime[] = [];
  const measure = async (program: EngineProgram): Promise<void> => {
    onProgress(program);
    times.push(await time(program));
  };
  for (const program of programs) await measure(program);
  const best = fastest(times);
  // What a graphics card computes, threads of this process do not.
  if (best && !best.adapter) for (const count of threads) await measure({ ...best, threads: count });
  return times;
}
