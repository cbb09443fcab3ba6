import { endText } from '../../endpoint/engine-end';
import type { TrialRanking } from '../../domain/sweep';
import { parseRanking } from '../../sweeps/parse-ranking';
import type { Sweep } from '../../sweeps/sweep-file';
import { startOwnProcess } from './own-process';

/**
 * Measures L_k of a trial's newest weights on images of its validation split, by `vae evaluate` in a process of its own. All trials of
 * a sweep are measured with the same seed.
 * @param signal kills the process
 * @returns the bound, or why there is none
 */
export async function rankTrial(
  runFolder: string,
  { ranking, engine, threads, request }: Pick<Sweep, 'ranking' | 'engine' | 'threads' | 'request'>,
  cwd: string,
  signal: AbortSignal,
): Promise<TrialRanking | string> {
  const { k, images } = ranking;
  let found: TrialRanking | null = null;
  const { child, end, problem } = startOwnProcess(
    [
      ...['evaluate', runFolder, '--split', 'validation', '--limit', String(images)],
      ...['--importance', String(k), '--seed', String(request.seed), '--engine', engine],
      ...(threads > 0 ? ['--threads', String(threads)] : []),
    ],
    cwd,
    () => undefined,
    (line) => (found ??= parseRanking(line)),
  );
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  try {
    const ended = await end;
    if (found !== null) return found;
    const why = problem() || `its process was ended by ${endText(ended)}`;
    return ended.code === 0
      ? 'its importance-weighted bound is not finite'
      : `it could not be ranked: ${why}`;
  } catch (error) {
    return `it could not be ranked: ${(error as Error).message}`;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
