import { keep, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { TrainingConfig, VaeConfig } from './config';
import { clipByGlobalNorm } from './clip';
import { objectiveTerms } from './objective';
import type { ObjectiveTerms } from './objective';
import { optimizerFor } from './optimizer';
import type { Optimizer } from './optimizer';
import type { Parameters } from './parameters';
import { addWeightPrior } from './prior';
import { slotKey } from './state';
import { stepSizeOf } from './step-size';
import { wakeSleepTerms } from './wake-sleep';
import type { DreamNoise } from './wake-sleep';

/** Weights and optimizer slots as tensors; slots are keyed by `<slot>/<parameter>`. */
export interface StepState {
  readonly parameters: Parameters<Tensor>;
  readonly slots: Readonly<Record<string, Tensor>>;
}

export interface StepResult extends StepState {
  /** Bound of the minibatch before the update, in nats per datapoint: elbo = reconstruction - kl. */
  readonly elbo: Scalar;
  readonly reconstruction: Scalar;
}

/** Value and gradients of the estimator for one minibatch. */
export interface Estimate {
  readonly elbo: Scalar;
  readonly reconstruction: Scalar;
  readonly gradients: Parameters<Tensor>;
}

/** Random inputs of a step. */
export interface StepNoise {
  /** [L * M, Nz] ~ N(0, I) */
  readonly epsilon: Tensor2D;
  /** L * M dreams for wake-sleep; null otherwise. */
  readonly dreams: DreamNoise | null;
}

/** Returns the terms to ascend and report, as a function of the parameters to differentiate with respect to. */
function termsOf(
  model: VaeConfig,
  { algorithm, objective }: Pick<TrainingConfig, 'algorithm' | 'objective'>,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  { epsilon, dreams }: StepNoise,
): (own: Parameters<Tensor>) => ObjectiveTerms {
  switch (algorithm) {
    case 'aevb':
      return (own) => objectiveTerms(model, objective, own, x, epsilon);
    case 'wake-sleep':
      if (dreams === null) throw new Error('wake-sleep: got no noise to dream with');
      return wakeSleepTerms(model, parameters, x, epsilon, dreams);
    default:
      return algorithm satisfies never;
  }
}

/**
 * Returns the gradient of the minibatch estimator (8) divided by N, i.e. of the mean bound of the minibatch (or of wake-sleep's
 * two phases). Adds the gradient of the prior on the weights and clips, if the training is configured to.
 * The returned `elbo` and `reconstruction` escape an enclosing `tidy` and must be disposed.
 * @param x the minibatch [M, D] in [0, 1]
 */
export function estimate(
  model: VaeConfig,
  training: Pick<TrainingConfig, 'algorithm' | 'weightPrior' | 'datapoints' | 'objective' | 'clipNorm'>,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  noise: StepNoise,
): Estimate {
  const names = Object.keys(parameters);
  const terms = termsOf(model, training, parameters, x, noise);
  let plain: { elbo: Scalar; reconstruction: Scalar } | undefined;
  const estimator = valueAndGrads((...values: Tensor[]): Scalar => {
    const own = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    const { objective, elbo, reconstruction } = terms(own);
    plain = { elbo: keep(elbo), reconstruction: keep(reconstruction) };
    return objective;
  });
  const { grads } = estimator(names.map((name) => parameters[name]!));
  const ofBound = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  const gradients = training.weightPrior ? addWeightPrior(ofBound, parameters, training.datapoints) : ofBound;
  return {
    ...plain!,
    gradients: training.clipNorm > 0 ? clipByGlobalNorm(gradients, training.clipNorm) : gradients,
  };
}

/** Applies the optimizer's update to all parameters. @param rate the step size, a scalar */
export function applyGradients(
  optimizer: Optimizer,
  state: StepState,
  gradients: Parameters<Tensor>,
  rate: Tensor | number,
): StepState {
  const parameters: Record<string, Tensor> = {};
  const slots: Record<string, Tensor> = {};
  for (const [name, parameter] of Object.entries(state.parameters)) {
    const own = Object.fromEntries(
      optimizer.slotNames.map((slot) => [slot, state.slots[slotKey(slot, name)]!]),
    );
    const updated = optimizer.update(parameter, gradients[name]!, own, rate);
    parameters[name] = updated.parameter;
    for (const [slot, value] of Object.entries(updated.slots)) slots[slotKey(slot, name)] = value;
  }
  return { parameters, slots };
}

/**
 * Runs one step of Algorithm 1 of the paper as a pure function of minibatch and noise: computes the gradient of the estimator,
 * then updates the parameters.
 * @param x the minibatch [M, D] in [0, 1] @param step number of earlier updates, from 0
 */
export function trainingStep(
  model: VaeConfig,
  training: TrainingConfig,
  state: StepState,
  step: number,
  x: Tensor2D,
  noise: StepNoise,
): StepResult {
  const { elbo, reconstruction, gradients } = estimate(model, training, state.parameters, x, noise);
  const optimizer = optimizerFor(training.optimizer);
  const rate = stepSizeOf(training)(step);
  return { ...applyGradients(optimizer, state, gradients, rate), elbo, reconstruction };
}
