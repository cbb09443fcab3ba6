import type { TrainingConfig } from '../../src/vae/config';

/** Algorithm 1 as the paper has it: nothing weighted, clipped or scheduled. */
export const PLAIN = {
  algorithm: 'aevb',
  objective: { estimator: 'analytic-kl', beta: 1, freeBits: 0 },
  clipNorm: 0,
  schedule: 'constant',
  precision: 'float32',
  samples: 1e6,
  weightPrior: false,
} as const satisfies Partial<TrainingConfig>;
