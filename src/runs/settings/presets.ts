import type { Binarisation } from '../../datasets/sampling/binarise';
import type {
  Convolution,
  Initialisation,
  OptimizerConfig,
  TrainingConfig,
  VaeConfig,
} from '../../vae/config';
import type { PresetName } from '../config';

/** The part of a run's configuration that a preset determines. */
export interface Preset {
  readonly title: string;
  readonly description: string;
  /** Model settings that do not depend on the image shape. */
  readonly model: Omit<VaeConfig, 'inputSize' | 'convolution'> & {
    readonly convolution: Pick<Convolution, 'filters' | 'kernel'> | null;
  };
  readonly binarisation: Binarisation;
  readonly initialisation: Initialisation;
  readonly training: Omit<TrainingConfig, 'datapoints'> & { readonly patience: number };
}

/** Default settings of each optimizer; `optimizer.name=...` starts from these. */
export const OPTIMIZERS = {
  sgd: { name: 'sgd', learningRate: 1e-3 },
  adagrad: { name: 'adagrad', learningRate: 0.02, epsilon: 1e-8 },
  adam: { name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  rmsprop: { name: 'rmsprop', learningRate: 1e-3, decay: 0.9, momentum: 0, epsilon: 1e-7 },
} as const satisfies Readonly<Record<OptimizerConfig['name'], OptimizerConfig>>;

/** The paper's algorithm and estimator (eq. 7), without gradient clipping, with a constant step size, in single precision. */
const PLAIN: Pick<TrainingConfig, 'algorithm' | 'objective' | 'clipNorm' | 'schedule' | 'precision'> = {
  algorithm: 'aevb',
  objective: { estimator: 'analytic-kl', beta: 1, freeBits: 0 },
  clipNorm: 0,
  schedule: 'constant',
  precision: 'float32',
};

const MODEL: Preset['model'] = {
  convolution: null,
  encoderHidden: [500],
  decoderHidden: [500],
  latent: 20,
  activation: 'tanh',
  likelihood: 'bernoulli',
};

/** The experiments of the paper's section 5. */
const AEVB_TRAINING: Preset['training'] = {
  minibatch: 100,
  draws: 1,
  ...PLAIN,
  weightPrior: true,
  optimizer: OPTIMIZERS.adagrad,
  samples: 1e7,
  patience: 0,
};

const ADAM_TRAINING: Preset['training'] = {
  minibatch: 100,
  draws: 1,
  ...PLAIN,
  weightPrior: false,
  optimizer: OPTIMIZERS.adam,
  samples: 1e6,
  patience: 10,
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  aevb: {
    title: 'The paper (AEVB)',
    description:
      'Kingma & Welling’s MNIST experiment: Adagrad, all weights drawn from N(0, 0.01), small weight decay',
    model: MODEL,
    binarisation: 'none',
    // 0.01 in N(0, 0.01) is the variance. As a standard deviation, small latent spaces fall short of the paper's figure.
    initialisation: { kind: 'normal', standardDeviation: 0.1 },
    training: AEVB_TRAINING,
  },
  fast: {
    title: 'Fast',
    description: 'The same model with Adam: a good bound in minutes; stops when the validation bound settles',
    model: MODEL,
    binarisation: 'none',
    initialisation: { kind: 'glorot' },
    training: ADAM_TRAINING,
  },
  conv: {
    title: 'Convolutions',
    description:
      'Four convolutions and a dense layer each way, with Adam: for pictures and colours, at 32, 64 or 128 pixels',
    model: {
      convolution: { filters: [32, 32, 64, 64], kernel: 4 },
      encoderHidden: [256],
      decoderHidden: [256],
      latent: 32,
      activation: 'relu',
      likelihood: 'bernoulli',
    },
    binarisation: 'none',
    initialisation: { kind: 'glorot' },
    training: { ...ADAM_TRAINING, minibatch: 64 },
  },
  'aevb-frey': {
    title: 'The paper’s faces (AEVB)',
    description:
      'Kingma & Welling’s set-up for Frey Face: 200 hidden units, a Gaussian decoder that learns its variances',
    model: { ...MODEL, encoderHidden: [200], decoderHidden: [200], latent: 10, likelihood: 'gaussian' },
    binarisation: 'none',
    initialisation: { kind: 'normal', standardDeviation: 0.1 },
    training: AEVB_TRAINING,
  },
  iwae: {
    title: 'Importance-weighted (IWAE)',
    description:
      'Burda, Grosse & Salakhutdinov’s bound with 50 samples on binary images, 50 latents; their full run is 3,280 epochs',
    model: { ...MODEL, encoderHidden: [200, 200], decoderHidden: [200, 200], latent: 50 },
    binarisation: 'dynamic',
    initialisation: { kind: 'glorot' },
    training: {
      minibatch: 20,
      draws: 50,
      ...PLAIN,
      objective: { estimator: 'importance-weighted', beta: 1, freeBits: 0 },
      schedule: 'iwae-stages',
      weightPrior: false,
      optimizer: { ...OPTIMIZERS.adam, epsilon: 1e-4 },
      samples: 1.64e8,
      patience: 0,
    },
  },
  'wake-sleep': {
    title: 'The paper’s baseline (wake-sleep)',
    description:
      'Hinton, Dayan, Frey & Neal’s algorithm on the same model and set-up as the paper’s, which compares with it',
    model: MODEL,
    binarisation: 'none',
    initialisation: { kind: 'normal', standardDeviation: 0.1 },
    training: { ...AEVB_TRAINING, algorithm: 'wake-sleep' },
  },
};
