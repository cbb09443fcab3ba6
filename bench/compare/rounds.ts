import { setTimeout as pause } from 'node:timers/promises';
import type { Contender } from './contenders';
import type { Watch } from './machine';
import { ContenderProcess } from './process';
import { figureOf } from './workloads';
import type { Workload } from './workloads';

/** Threads of the contender before may spin for a moment after its last operation. */
const SETTLE_MILLISECONDS = 200;

export interface Plan {
  readonly rounds: number;
  readonly warmUp: number;
  /** The command line of a contender for a workload, or why there is none. */
  readonly command: (
    contender: Contender,
    workload: Workload,
  ) => readonly string[] | { readonly missing: string };
  readonly env: NodeJS.ProcessEnv;
  readonly watch: Watch;
  readonly say: (text: string) => void;
}

export interface Result {
  readonly contender: Contender;
  readonly build?: string;
  /** One figure a round, in the workload's unit. */
  readonly figures: number[];
  /** The same of processor time. */
  readonly processorFigures: number[];
  readonly bound?: number;
  readonly peakBytes: number | null;
  /** Not there, or does not take part. */
  readonly skipped?: string;
  /** Was there, and did not do the work. */
  readonly failed?: string;
}

type Entry = { -readonly [Key in keyof Result]: Result[Key] } & { process?: ContenderProcess };

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts a process for each contender, lets them run in turn, round by round, and ends them. */
export async function measure(
  workload: Workload,
  contenders: readonly Contender[],
  plan: Plan,
): Promise<Result[]> {
  const entries: Entry[] = contenders.map((contender) => ({
    ...{ contender, figures: [], processorFigures: [], peakBytes: null },
  }));
  try {
    for (const entry of entries) await start(entry, workload, plan);
    for (let round = -plan.warmUp; round < plan.rounds; round++) {
      const running = entries.filter(({ process }) => process !== undefined);
      // Each goes first in turn, so that none always has the same one before it.
      const shift = running.length > 0 ? (round + plan.warmUp) % running.length : 0;
      for (const entry of [...running.slice(shift), ...running.slice(0, shift)]) {
        await pause(SETTLE_MILLISECONDS);
        await plan.watch.during(() => oneRound(entry, workload, round >= 0));
      }
      plan.say(round < 0 ? 'warm-up round' : `round ${round + 1} of ${plan.rounds}`);
    }
  } finally {
    for (const entry of entries) {
      if (entry.process) entry.peakBytes = entry.process.peakBytes();
      await entry.process?.quit();
    }
  }
  return entries.map(({ process: _, ...result }) => result);
}

async function start(entry: Entry, workload: Workload, plan: Plan): Promise<void> {
  const command = plan.command(entry.contender, workload);
  if ('missing' in command) {
    entry.skipped = command.missing;
  } else {
    entry.process = new ContenderProcess(command, plan.env);
    try {
      const hello = await entry.process.hello();
      if ('missing' in hello) entry.skipped = hello.missing;
      else {
        entry.build = hello.build;
        const { skipped } = await entry.process.prepare(workload);
        if (skipped !== undefined) entry.skipped = skipped;
      }
    } catch (error) {
      entry.failed = message(error);
    }
    if (entry.skipped !== undefined || entry.failed !== undefined) await drop(entry);
  }
  const state = entry.failed
    ? `failed: ${entry.failed}`
    : entry.skipped
      ? `skipped: ${entry.skipped}`
      : 'ready';
  plan.say(`${entry.contender.name}: ${state}`);
}

/** @returns the processor time of the round in seconds; 0 if it failed */
async function oneRound(entry: Entry, workload: Workload, counts: boolean): Promise<number> {
  try {
    const { seconds, processorSeconds, bound } = await entry.process!.round(workload.amount);
    if (counts) {
      entry.figures.push(figureOf(workload, seconds));
      entry.processorFigures.push(figureOf(workload, processorSeconds));
    }
    if (bound !== undefined && !Number.isFinite(bound)) throw new Error(`the bound is ${bound}`);
    if (bound !== undefined) entry.bound = bound;
    return processorSeconds;
  } catch (error) {
    entry.failed = message(error);
    await drop(entry);
    return 0;
  }
}

async function drop(entry: Entry): Promise<void> {
  await entry.process?.quit();
  delete entry.process;
}
