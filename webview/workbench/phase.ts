import type { RunState } from '../../src/protocol/engine';
import type { RunView } from '../../src/protocol/panel';
import type { Intent } from '../shared/run-session';
import { t } from '../shared/l10n';

/** State of a run as reported by its live engine, or by its folder without an engine. */
export type Phase = Exclude<RunState, 'serving'> | 'waiting' | 'interrupted';

export interface Action {
  readonly intent: Intent;
  /** Of a resume: the learning rate from here on. */
  readonly learningRate?: number;
  readonly label: string;
  readonly primary?: boolean;
}

interface PhaseView {
  readonly label: string;
  /** Colour and shape of the mark next to the label. */
  readonly mark: 'active' | 'still' | 'good' | 'bad';
  readonly actions: readonly Action[];
}

const STOP: Action = { intent: 'stop', label: t('Stop') };
const RESUME: Action = { intent: 'resume', label: t('Resume') };
const TRAIN: Action = { intent: 'train', label: t('Train New Run') };
const LOG: Action = { intent: 'showLog', label: t('Show Log') };
const primary = (action: Action): Action => ({ ...action, primary: true });

export const PHASES: Readonly<Record<Phase, PhaseView>> = {
  waiting: { label: t('Starting'), mark: 'active', actions: [LOG] },
  preparing: { label: t('Preparing'), mark: 'active', actions: [STOP] },
  training: { label: t('Training'), mark: 'active', actions: [{ intent: 'pause', label: t('Pause') }, STOP] },
  paused: {
    label: t('Paused'),
    mark: 'still',
    actions: [primary({ intent: 'continueTraining', label: t('Continue') }), STOP],
  },
  stopping: { label: t('Stopping'), mark: 'active', actions: [] },
  finished: { label: t('Finished'), mark: 'good', actions: [TRAIN] },
  stopped: { label: t('Stopped'), mark: 'still', actions: [primary(RESUME), TRAIN] },
  interrupted: { label: t('Interrupted'), mark: 'still', actions: [primary(RESUME), TRAIN, LOG] },
  failed: { label: t('Failed'), mark: 'bad', actions: [primary(LOG), RESUME, TRAIN] },
};

/** Returns the buttons of a run. */
export function actionsOf(run: RunView): readonly Action[] {
  const { actions: all } = PHASES[phaseOf(run)];
  // Ray stops a job; it does not hold one.
  const actions = run.cluster?.isActive ? onCluster(all, phaseOf(run)) : all;
  const { lowerLearningRate: learningRate } = run;
  if (phaseOf(run) !== 'failed' || learningRate === null) return actions;
  const label = t('Resume with Learning Rate {0}', learningRate);
  return [primary({ ...RESUME, label, learningRate }), LOG, TRAIN];
}

/** What can be done about a run that a cluster trains: it may wait there for long before anything comes of it. */
const onCluster = (actions: readonly Action[], phase: Phase): readonly Action[] =>
  phase === 'waiting' ? [STOP, LOG] : actions.filter(({ intent }) => intent !== 'pause');

/** What the engine, or else the folder, says of the run's state; empty for nothing. */
export function messageOf(run: RunView): string {
  return run.live?.message || run.message;
}

/** Whether training has ended as it was meant to. */
export function isEnded(run: RunView): boolean {
  return ['finished', 'stopped'].includes(phaseOf(run));
}

export function phaseOf(run: RunView): Phase {
  const state = run.live?.state;
  if (state !== undefined && state !== 'serving') return state;
  // A serving engine does not know how training ended; a missing engine may still start.
  return run.outcome === 'running' ? 'waiting' : run.outcome;
}
