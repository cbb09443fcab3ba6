import { setTimeout as sleep } from 'node:timers/promises';
import { memoryAdvice, endText } from '../../endpoint/engine-end';
import { MemoryWatch } from '../../endpoint/memory-watch';
import { wasEndedByUser } from '../../endpoint/record';
import { stopEngine } from '../../endpoint/stop-engine';
import type { MetricRow, ValidationRow } from '../../domain/metrics';
import type { RunOutcome } from '../../domain/run-outcome';
import { lockHolder } from '../../runs/lock';
import { recordedBytes } from '../../runs/metrics';
import { MetricsFollower } from '../../runs/metrics-follower';
import { readRun } from '../../runs/store';
import { MAX_RESTARTS } from '../../shared/restart-limit';
import type { RestartLimit } from '../../shared/restart-limit';
import { formatCount } from '../../text/format-count';
import { startOwnProcess } from './own-process';
import type { OwnProcess } from './own-process';

/** How often the curve is looked at, in ms. */
const POLL_MS = 250;
/** How long a stop at a checkpoint may take before harder means, in ms. */
const STOP_TIMEOUT_MS = 60_000;

/** A trial to train. */
export interface TrialTask {
  /** Arguments of this program that begin or resume it. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly runFolder: string;
  /** Training datapoints of the rung to train to; Infinity for the end of training. */
  readonly rung: number;
  /** Stops it at a checkpoint. */
  readonly signal: AbortSignal;
  readonly restarts: RestartLimit;
  readonly onRow: (row: MetricRow, best: ValidationRow | null, last: ValidationRow | null) => void;
  readonly onWarning: (text: string) => void;
}

/** How the training of a trial ended. */
export type TrialEnd =
  /** It came to the rung, with this validation bound. */
  | { readonly state: 'paused'; readonly bound: number }
  | { readonly state: 'finished' }
  | { readonly state: 'failed'; readonly reason: string }
  /** The sweep was asked to stop, or somebody stopped the run by itself. */
  | { readonly state: 'stopped'; readonly byOthers: boolean };

/**
 * Trains a trial up to a rung, or to its end, in a process of its own. If the run is being trained already, by a process of an earlier
 * sweep, it follows that one. A process that dies is started again, at most three times in three minutes and only if it recorded
 * something.
 */
export async function trainTrial(task: TrialTask): Promise<TrialEnd> {
  const { runFolder, restarts, onWarning } = task;
  const follower = new MetricsFollower(runFolder);
  const there = await endBefore(task, follower);
  if (there !== null) return there;
  for (;;) {
    const before = await recordedBytes(runFolder).catch(() => 0);
    const own = (await isLocked(runFolder)) ? null : startOwnProcess(task.args, task.cwd, onWarning);
    const memory = own?.child.pid === undefined ? null : await MemoryWatch.of(own.child.pid);
    const isStopped = await follow(task, follower, own);
    const ended = await endAfter(task, follower, isStopped);
    if (ended !== null) return ended;
    const why = own === null ? '' : await failureOf(own, memory, task, before);
    if (why !== '') return { state: 'failed', reason: why };
    if (await wasEndedByUser(runFolder)) return { state: 'stopped', byOthers: true };
    const again = 'its training process ended unexpectedly';
    if (!restarts.allows(runFolder))
      return {
        state: 'failed',
        reason: `${again} for the ${MAX_RESTARTS + 1}th time within minutes; ${LOG}`,
      };
    onWarning(`${again}; it goes on from its last checkpoint`);
  }
}

const LOG = 'its log.txt may say why';

/** Returns why a training whose process has died cannot be resumed; empty if it can. */
async function failureOf(
  { end, problem }: OwnProcess,
  memory: MemoryWatch | null,
  { runFolder }: TrialTask,
  before: number,
): Promise<string> {
  const exit = await end.catch((error: Error) => error);
  if (exit instanceof Error) return exit.message;
  if (problem() !== '') return problem();
  const how = `its training process was ended by ${endText(exit)}`;
  const advice = memory && (await memoryAdvice(runFolder, memory, exit));
  if (advice) return `${how}: ${advice}`;
  const hasRecorded = (await recordedBytes(runFolder).catch(() => 0)) > before;
  return hasRecorded ? '' : `${how} before it had recorded anything; ${LOG}`;
}

/** Follows the training until its process has ended. Stops it at its rung, or if it diverges. @returns whether it was stopped */
async function follow(
  { runFolder, rung, signal, onRow }: TrialTask,
  follower: MetricsFollower,
  own: OwnProcess | null,
): Promise<boolean> {
  let hasEnded = false;
  void own?.end.then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  );
  const isOver = async (): Promise<boolean> => (own ? hasEnded : !(await isLocked(runFolder)));
  let stop: Promise<void> | null = null;
  for (let seen = -1; !(await isOver());) {
    const rows = await follower.read().catch(() => []);
    const last = rows.at(-1);
    if (last !== undefined && last.step !== seen) {
      seen = last.step;
      say(rows, onRow);
    }
    const isDue = signal.aborted || follower.lastRecovery !== null || rowAt(rows, rung) !== undefined;
    if (isDue) stop ??= stopTrial(runFolder, own, isOver);
    await sleep(POLL_MS);
  }
  await stop;
  return stop !== null;
}

/** Asks a training to stop at a checkpoint, and waits for the end of its process. */
async function stopTrial(
  runFolder: string,
  own: OwnProcess | null,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + STOP_TIMEOUT_MS;
  // Windows has no SIGTERM, and a process of an earlier sweep is not this one's child.
  const isSignalled = own !== null && process.platform !== 'win32' && own.child.kill('SIGTERM');
  while (!(await isOver())) {
    // Its engine may not listen yet.
    if (!isSignalled || performance.now() > end) await stopEngine(runFolder).catch(() => null);
    await sleep(POLL_MS);
  }
}

/** Returns how a training ended before this sweep goes on with it; null if it has to go on. */
async function endBefore(task: TrialTask, follower: MetricsFollower): Promise<TrialEnd | null> {
  const { outcome, end } = await stateOf(task, follower);
  // A failure may have had a cause that is gone.
  return outcome === 'failed' && end?.state === 'failed' && follower.lastRecovery === null ? null : end;
}

/** Returns how a training ended that this sweep has followed; null if its process died. */
async function endAfter(
  task: TrialTask,
  follower: MetricsFollower,
  isStopped: boolean,
): Promise<TrialEnd | null> {
  const { outcome, end } = await stateOf(task, follower);
  if (end !== null) return end;
  if (task.signal.aborted) return { state: 'stopped', byOthers: false };
  return outcome === 'stopped' && !isStopped ? { state: 'stopped', byOthers: true } : null;
}

/** Returns the state of the run's folder, and how the training has ended if that is an end for the sweep, too. */
async function stateOf(
  { runFolder, rung, onRow }: TrialTask,
  follower: MetricsFollower,
): Promise<{ readonly outcome: RunOutcome | null; readonly end: TrialEnd | null }> {
  const rows = await follower.read().catch(() => []);
  if (rows.length > 0) say(rows, onRow);
  const run = await readRun(runFolder).catch(() => null);
  const outcome = run?.outcome ?? null;
  if (run === null || outcome === 'running') return { outcome, end: null };
  const { lastRecovery } = follower;
  if (lastRecovery !== null)
    return {
      outcome,
      end: {
        state: 'failed',
        reason: `diverged: the bound was not finite after step ${formatCount(lastRecovery.step)}`,
      },
    };
  if (outcome === 'finished') return { outcome, end: { state: 'finished' } };
  if (outcome === 'failed') return { outcome, end: { state: 'failed', reason: run.message } };
  const at = rowAt(rows, rung);
  return { outcome, end: at === undefined ? null : { state: 'paused', bound: at.elbo } };
}

/** Tells what a training has come to. */
function say(rows: readonly MetricRow[], onRow: TrialTask['onRow']): void {
  const validations = rows.filter(isValidation);
  onRow(rows.at(-1)!, bestOf(validations), validations.at(-1) ?? null);
}

const isValidation = (row: MetricRow): row is ValidationRow => row.type === 'validation';

/** Returns the first validation at a rung or after it. */
const rowAt = (rows: readonly MetricRow[], rung: number): ValidationRow | undefined =>
  rows.find((row): row is ValidationRow => isValidation(row) && row.samples >= rung);

function bestOf(rows: readonly ValidationRow[]): ValidationRow | null {
  return rows.reduce<ValidationRow | null>((best, row) => (best && best.elbo >= row.elbo ? best : row), null);
}

async function isLocked(runFolder: string): Promise<boolean> {
  const holder = await lockHolder(runFolder).catch(() => 'none');
  return holder === 'alive' || holder === 'foreign';
}
