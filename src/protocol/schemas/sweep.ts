/** Methods of the page of a sweep; the extension host answers them. */
import * as z from 'zod';
import { MAX_TRIALS } from '../../domain/sweep';
import { MAX_COMPARED_RUNS } from '../compare';
import type { SweepPage, TrialPictures } from '../sweep';
import { method } from './method';
import type { MethodsOf } from './method';

const trial = z.int().min(1).max(MAX_TRIALS);

export const sweepMethods = {
  sweep: method().returns<SweepPage>(),
  pictures: method({ trial }).returns<TrialPictures>(),
  /** Shows the run of a trial in the explorer. */
  openTrial: method({ trial }).returns<void>(),
  /** Compares the runs of trials in the panel for that. */
  compareTrials: method({ trials: z.array(trial).min(2).max(MAX_COMPARED_RUNS) }).returns<void>(),
  /** Stops the sweep's trials at checkpoints. */
  stop: method().returns<void>(),
  /** Goes on with a sweep that was stopped or interrupted. */
  goOn: method().returns<void>(),
};
export type SweepMethods = MethodsOf<typeof sweepMethods>;
