import type { RunConfig } from '../../src/runs/config';
import type { Precision, TrainingConfig, VaeConfig } from '../../src/vae/config';
import type { Workload } from '../compare/workloads';
import { inputsOf } from './inputs';

/** Our model of a workload. */
export function modelOf(workload: Workload): VaeConfig {
  const { model } = workload;
  const shared = { inputSize: inputsOf(workload), latent: model.latent, likelihood: 'bernoulli' } as const;
  if (model.kind === 'perceptron') {
    const hidden = [model.hidden];
    return { ...shared, convolution: null, encoderHidden: hidden, decoderHidden: hidden, activation: 'tanh' };
  }
  const { side, channels, filters, kernel, dense } = model;
  const convolution = { width: side, height: side, channels, filters, kernel };
  return { ...shared, convolution, encoderHidden: [dense], decoderHidden: [dense], activation: 'relu' };
}

/** Of a run's configuration as much as start values, minibatches and noise are drawn from. */
export function configOf(model: VaeConfig, workload: Workload, precision: Precision): RunConfig {
  const { minibatch, learningRate, beta1, beta2, epsilon } = workload.training;
  const optimizer = { name: 'adam', learningRate, beta1, beta2, epsilon } as const;
  const training: Omit<TrainingConfig, 'datapoints'> = {
    algorithm: 'aevb',
    ...{ minibatch, draws: 1, weightPrior: false, optimizer },
    objective: { estimator: 'analytic-kl', beta: 1, freeBits: 0 },
    ...{ clipNorm: 0, schedule: 'constant', precision, samples: 1e6 },
  };
  const data = { binarisation: 'none', augmentation: { shift: 0, flip: false }, split: { seed: 0 } };
  return { seed: 0, model, data, initialisation: { kind: 'glorot' }, training } as unknown as RunConfig;
}
