import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import { formatSeconds } from '../format';
import { boundText, doneText, speedText } from './run-table';
import type { RunWatcher } from './run-watcher';
import { pauseAfter } from './watch-screen';
import type { WatchedRun } from './watched-run';

/** Least time between two lines about the progress of one run, in ms; what else changes is told at once. */
const PROGRESS_INTERVAL_MS = 5000;

interface Told {
  readonly run: WatchedRun;
  readonly at: number;
}

/** Tells what changes of runs. */
export class ChangeReport {
  private readonly told = new Map<string, Told>();
  private readonly notices = new Set<string>();

  constructor(private readonly context: Pick<Context, 'output' | 'now'>) {}

  /** Prints a line for each run that has changed since its last line, and for each that has vanished. */
  look(runs: readonly WatchedRun[], notices: readonly string[]): void {
    const { output } = this.context;
    for (const notice of notices) if (!this.notices.has(notice)) output.warn(notice);
    this.notices.clear();
    for (const notice of notices) this.notices.add(notice);
    const folders = new Set(runs.map(({ folder }) => folder));
    for (const [folder, { run }] of this.told) {
      if (folders.has(folder)) continue;
      this.told.delete(folder);
      output.say(`${run.name}  vanished`, { type: 'vanished', name: run.name, folder });
    }
    // The oldest first, as they would have been told had they been watched from the start.
    for (const run of runs.toReversed()) {
      if (!this.isDue(run)) continue;
      this.told.set(run.folder, { run, at: this.context.now() });
      output.say(runLine(run), runObject(run));
    }
  }

  private isDue(run: WatchedRun): boolean {
    const before = this.told.get(run.folder);
    if (before === undefined) return true;
    const { run: old, at } = before;
    const isNewValidation =
      run.boundOf !== old.boundOf || (run.boundOf === 'validation' && run.bound !== old.bound);
    if (run.state !== old.state || run.message !== old.message || isNewValidation) return true;
    return run.step !== old.step && this.context.now() - at >= PROGRESS_INTERVAL_MS;
  }
}

/** Prints changes, a line each, until a signal ends it or nobody reads them any more. */
export async function watchByLines(
  watcher: RunWatcher,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  const { now, output } = context;
  const report = new ChangeReport(context);
  while (!signal.aborted && !output.isLost) {
    const start = now();
    report.look(await watcher.look(), watcher.notices);
    await sleep(pauseAfter(now() - start), undefined, { signal }).catch(() => undefined);
  }
}

function runLine(run: WatchedRun): string {
  const parts = [
    ...[run.name, run.state, doneText(run)],
    run.bound === null ? null : `bound ${boundText(run)}`,
    run.samples > 0 ? `${formatCount(run.samples)} samples` : null,
    speedText(run.samplesPerSecond),
    run.secondsLeft == null ? null : `${formatSeconds(run.secondsLeft)} left`,
    run.message === '' ? null : run.message,
  ];
  return parts.filter((part) => part !== null).join('  ');
}

/** Returns the object of a run for programs. */
export function runObject(run: WatchedRun): object {
  const { folder, name, state, message, bound, boundOf, step, samples } = run;
  const { totalSamples, samplesPerSecond, secondsLeft, preset, dataset, latent } = run;
  return {
    ...{ type: 'run', name, folder, state, message, preset, dataset, latent, step, samples },
    ...{ totalSamples, samplesPerSecond, secondsLeft },
    bound: bound === null ? null : { elbo: bound, of: boundOf },
  };
}
