import type { Bound, MetricRow } from '../../domain/metrics';
import type { RunOutcome } from '../../domain/run-outcome';
import type { EngineStatus } from '../../protocol/engine';
import { boundLabel } from '../../runs/bound-label';
import type { DamagedRun, RunRecord } from '../../runs/store';

/** `running` if a process trains the run, but cannot be asked what it is doing. */
export type WatchState =
  RunOutcome | 'preparing' | 'training' | 'paused' | 'stopping' | 'not responding' | 'damaged';

/** What is shown of a run. */
export interface WatchedRun {
  readonly folder: string;
  readonly name: string;
  readonly state: WatchState;
  /** Why it is damaged, how it ended, or what it is waiting for; may be empty. */
  readonly message: string;
  /** The best bound on the validation split, or else the newest of training, in nats per datapoint; null before there is one. */
  readonly bound: number | null;
  readonly boundOf: 'validation' | 'training';
  /** The newest row's bound and its terms. */
  readonly newest: (Bound & { readonly type: 'train' | 'validation' }) | null;
  readonly step: number;
  readonly samples: number;
  /** Planned number of training datapoints; null until known. */
  readonly totalSamples: number | null;
  /** Null unless it trains. */
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly preset: string;
  readonly dataset: string;
  readonly latent: number;
  /** Likelihood and inputs, to print next to a bound. */
  readonly label: string;
}

/** Returns a run that cannot be read, or is only being prepared: nothing is known but its state. */
export function runWithoutRecord(
  { folder, name }: { readonly folder: string; readonly name: string },
  state: WatchState,
  message: string,
): WatchedRun {
  return {
    ...{ folder, name, state, message },
    ...{ bound: null, boundOf: 'validation', newest: null, step: 0, samples: 0, totalSamples: null },
    ...{ samplesPerSecond: null, secondsLeft: null, preset: '', dataset: '', latent: 0, label: '' },
  };
}

export const damagedRun = (run: DamagedRun): WatchedRun => runWithoutRecord(run, 'damaged', run.damage);

/**
 * Returns what the folder of a run says.
 * @param before its newest row the last time, from which the speed of a running training follows
 */
export function recordedRun(record: RunRecord, before: MetricRow | null): WatchedRun {
  const { folder, name, config, outcome, message, lastRow, best } = record;
  const isRunning = outcome === 'running';
  const samples = lastRow?.samples ?? 0;
  const samplesPerSecond = isRunning ? speedBetween(before, lastRow) : null;
  const totalSamples = config.training.samples;
  return {
    ...{ folder, name, state: outcome, message },
    bound: best?.elbo ?? lastRow?.elbo ?? null,
    boundOf: best || !lastRow ? 'validation' : 'training',
    newest: lastRow && {
      ...{ type: lastRow.type, elbo: lastRow.elbo },
      ...{ reconstruction: lastRow.reconstruction, kl: lastRow.kl },
    },
    step: lastRow?.step ?? 0,
    ...{ samples, totalSamples, samplesPerSecond },
    secondsLeft: samplesPerSecond === null ? null : Math.max(0, totalSamples - samples) / samplesPerSecond,
    preset: config.preset,
    dataset: config.data.name,
    latent: config.model.latent,
    label: boundLabel(config),
  };
}

/** Returns the speed between two rows, in samples per second; null if it is not known. */
function speedBetween(before: MetricRow | null, now: MetricRow | null): number | null {
  if (!before || !now) return null;
  const samples = now.samples - before.samples;
  const seconds = now.seconds - before.seconds;
  return samples > 0 && seconds > 0 ? samples / seconds : null;
}

/** Returns the run with what its engine says. */
export function liveRun(run: WatchedRun, status: EngineStatus): WatchedRun {
  const { state, message, step, samples, totalSamples, samplesPerSecond, secondsLeft } = status;
  // An engine that has ended its training is about to let go of the run; until then the folder counts as running.
  if (state === 'serving') return run;
  const bounds = [run.boundOf === 'validation' ? run.bound : null, status.validationBound].filter(
    (bound) => bound !== null,
  );
  const hasSpeed = state === 'training';
  return {
    ...run,
    ...{ state, message: message || run.message, step, samples },
    totalSamples: totalSamples ?? run.totalSamples,
    samplesPerSecond: hasSpeed ? samplesPerSecond : null,
    secondsLeft: hasSpeed ? secondsLeft : null,
    bound: bounds.length > 0 ? Math.max(...bounds) : (status.trainBound ?? run.bound),
    boundOf: bounds.length > 0 ? 'validation' : 'training',
  };
}
