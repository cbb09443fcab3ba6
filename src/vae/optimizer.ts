import { add, div, mul, sqrt, square, sub, zerosLike } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from './config';
import { SLOT_NAMES } from './optimizer-rule';

/** Optimizer state of one parameter, by slot name; each slot has the parameter's shape. */
type Slots = Readonly<Record<string, Tensor>>;

/** An optimizer as a pair of pure functions, `init` and `update`. It ascends: the gradient is that of the bound. */
export interface Optimizer {
  readonly slotNames: readonly string[];
  init(parameter: Tensor): Slots;
  /** @param rate the step size, a scalar: see optimizer-rule.ts */
  update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Slots,
    rate: Tensor | number,
  ): { parameter: Tensor; slots: Slots };
}

/** Creates plain gradient ascent: theta + rate * gradient. */
function sgd(): Optimizer {
  return {
    slotNames: SLOT_NAMES.sgd,
    init: () => ({}),
    update: (parameter, gradient, _, rate) => ({
      parameter: add(parameter, mul(gradient, rate)),
      slots: {},
    }),
  };
}

/**
 * Creates AdaGrad (Duchi, Hazan & Singer 2010), with sums that start at 0, as in the paper's experiments: theta + rate *
 * gradient / (sqrt(sum of squared gradients) + epsilon). The epsilon only keeps a gradient of exactly 0 from dividing 0 by 0.
 */
function adagrad(epsilon: number): Optimizer {
  return {
    slotNames: SLOT_NAMES.adagrad,
    init: (parameter) => ({ sum: zerosLike(parameter) }),
    update(parameter, gradient, slots, rate) {
      const sum = add(slots['sum']!, square(gradient));
      const scaled = div(mul(gradient, rate), add(sqrt(sum), epsilon));
      return { parameter: add(parameter, scaled), slots: { sum } };
    },
  };
}

/**
 * Creates Adam (Kingma & Ba 2015, the variant at the end of its section 2). The bias corrections are folded into the step size,
 * so that epsilon is added to the uncorrected root, as in TensorFlow's fused kernel.
 */
function adam(beta1: number, beta2: number, epsilon: number): Optimizer {
  return {
    slotNames: SLOT_NAMES.adam,
    init: (parameter) => ({ m: zerosLike(parameter), v: zerosLike(parameter) }),
    update(parameter, gradient, slots, rate) {
      const m = add(mul(slots['m']!, beta1), mul(gradient, 1 - beta1));
      const v = add(mul(slots['v']!, beta2), mul(square(gradient), 1 - beta2));
      return { parameter: add(parameter, div(mul(m, rate), add(sqrt(v), epsilon))), slots: { m, v } };
    },
  };
}

/**
 * Creates RMSProp (Tieleman & Hinton 2012) with momentum as in TensorFlow's fused kernel, where the velocity v is subtracted: v
 * <- momentum v - rate * gradient / sqrt(mean square + epsilon); theta <- theta - v.
 */
function rmsprop(decay: number, momentum: number, epsilon: number): Optimizer {
  return {
    slotNames: SLOT_NAMES.rmsprop,
    init: (parameter) => ({ ms: zerosLike(parameter), mom: zerosLike(parameter) }),
    update(parameter, gradient, slots, rate) {
      const ms = add(mul(slots['ms']!, decay), mul(square(gradient), 1 - decay));
      const step = div(mul(gradient, rate), sqrt(add(ms, epsilon)));
      const mom = sub(mul(slots['mom']!, momentum), step);
      return { parameter: sub(parameter, mom), slots: { ms, mom } };
    },
  };
}

export function optimizerFor(config: OptimizerConfig): Optimizer {
  switch (config.name) {
    case 'sgd':
      return sgd();
    case 'adagrad':
      return adagrad(config.epsilon);
    case 'adam':
      return adam(config.beta1, config.beta2, config.epsilon);
    case 'rmsprop':
      return rmsprop(config.decay, config.momentum, config.epsilon);
    default:
      return config satisfies never;
  }
}
