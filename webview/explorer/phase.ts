import type { RunState } from '../../src/protocol/engine';
import type { RunView } from '../../src/protocol/panel';
import type { Intent } from './model';

/** Where a run stands, from its live engine and, without one, from its folder. */
export type Phase = Exclude<RunState, 'serving'> | 'waiting' | 'interrupted';

export interface Action {
  readonly intent: Intent;
  readonly label: string;
  readonly primary?: boolean;
}

interface PhaseView {
  readonly label: string;
  /** Colour and shape of the mark beside the label. */
  readonly mark: 'active' | 'still' | 'good' | 'bad';
  readonly actions: readonly Action[];
}

const STOP: Action = { intent: 'stop', label: 'Stop' };
const RESUME: Action = { intent: 'resume', label: 'Resume' };
const TRAIN: Action = { intent: 'train', label: 'Train New Run' };
const LOG: Action = { intent: 'showLog', label: 'Show Log' };
const primary = (action: Action): Action => ({ ...action, primary: true });

export const PHASES: Readonly<Record<Phase, PhaseView>> = {
  waiting: { label: 'Starting', mark: 'active', actions: [LOG] },
  preparing: { label: 'Preparing', mark: 'active', actions: [STOP] },
  training: { label: 'Training', mark: 'active', actions: [{ intent: 'pause', label: 'Pause' }, STOP] },
  paused: {
    label: 'Paused',
    mark: 'still',
    actions: [primary({ intent: 'continueTraining', label: 'Continue' }), STOP],
  },
  stopping: { label: 'Stopping', mark: 'active', actions: [] },
  finished: { label: 'Finished', mark: 'good', actions: [TRAIN] },
  stopped: { label: 'Stopped', mark: 'still', actions: [primary(RESUME), TRAIN] },
  interrupted: { label: 'Interrupted', mark: 'still', actions: [primary(RESUME), TRAIN, LOG] },
  failed: { label: 'Failed', mark: 'bad', actions: [primary(LOG), RESUME, TRAIN] },
};

export function phaseOf(run: RunView): Phase {
  const state = run.live?.state;
  if (state !== undefined && state !== 'serving') return state;
  // An engine that only serves says nothing of how training ended; one that is not there yet may still come.
  return run.outcome === 'running' ? 'waiting' : run.outcome;
}
