import type { RunConfig } from './config';
import type { MetricNote } from './metric-line';

/** A learning rate with which training diverged is divided by this. */
export const RATE_DIVISOR = 10;
/** Number of times that training lowers the learning rate by itself. */
export const MAX_RECOVERIES = 3;

/** The learning rate of a run now. */
export interface LearningRate {
  readonly value: number;
  /** Number of times that training has lowered it since the user chose it. */
  readonly recoveries: number;
}

/** Returns the learning rate with which a run goes on: the configuration's, unless its notes changed it. */
export function learningRateOf(config: RunConfig, notes: readonly MetricNote[]): LearningRate {
  let rate: LearningRate = { value: config.training.optimizer.learningRate, recoveries: 0 };
  for (const line of notes) {
    if (line.type === 'recovered') rate = { value: line.learningRate, recoveries: rate.recoveries + 1 };
    else if (line.type === 'resumed' && line.learningRate !== undefined)
      rate = { value: line.learningRate, recoveries: 0 };
  }
  return rate;
}

/** Returns a configuration that differs in its learning rate only. */
export function withLearningRate(config: RunConfig, learningRate: number): RunConfig {
  const { training } = config;
  return { ...config, training: { ...training, optimizer: { ...training.optimizer, learningRate } } };
}
