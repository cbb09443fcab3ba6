/**
 * Convolutions of a model of images: its encoder begins with them, its decoder ends with their mirror image, transposed.
 * Each halves (doubles) width and height: stride 2, padding 'same'.
 */
export interface Convolution {
  /** Of the image that a datapoint is: D = height * width * channels, row-major, channels last. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Filters of each convolution, from the image on. */
  readonly filters: readonly number[];
  /** Side of the square kernels. */
  readonly kernel: number;
}

/** The model: a Gaussian encoder and a decoder, each a multilayer perceptron, with or without convolutions before it. */
export interface VaeConfig {
  /** D: numbers per datapoint. */
  readonly inputSize: number;
  /** Null: the perceptrons work on the pixels. */
  readonly convolution: Convolution | null;
  /** Units of each hidden layer, from the input on; the decoder's from the latent space on. */
  readonly encoderHidden: readonly number[];
  readonly decoderHidden: readonly number[];
  /** Nz: latent dimensions. */
  readonly latent: number;
  readonly activation: 'tanh' | 'relu' | 'gelu';
  /** p(x|z); see likelihood.ts. */
  readonly likelihood: LikelihoodName;
}

export type LikelihoodName = 'bernoulli' | 'continuous-bernoulli' | 'gaussian' | 'discretized-logistic';

/** Start values of the weights. `normal` draws weights and biases alike from N(0, standardDeviation²), as in the paper. */
export type Initialisation =
  { readonly kind: 'normal'; readonly standardDeviation: number } | { readonly kind: 'glorot' };

export type OptimizerConfig =
  | { readonly name: 'sgd'; readonly learningRate: number }
  | { readonly name: 'adagrad'; readonly learningRate: number; readonly epsilon: number }
  | {
      readonly name: 'adam';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    }
  | {
      readonly name: 'rmsprop';
      readonly learningRate: number;
      /** Of the mean square. */
      readonly decay: number;
      readonly momentum: number;
      readonly epsilon: number;
    };

/**
 * How the parameters are learnt: `aevb` ascends one objective in all of them; `wake-sleep` ascends log p(x, z) in those of the
 * decoder and log q(z|x) in those of the encoder, the latter on what the model dreams (wake-sleep.ts).
 */
export type Algorithm = 'aevb' | 'wake-sleep';

/** What AEVB ascends; the bound that is reported is always the plain one. Wake-sleep takes the plain one only. */
export interface Objective {
  /** Eq. 7 of the paper, its eq. 6, or the importance-weighted bound, whose k is the number of draws. */
  readonly estimator: 'analytic-kl' | 'sgvb-a' | 'importance-weighted';
  /** Weight of the KL, and the least that each dimension's counts, in nats: of `analytic-kl` alone, elsewhere 1 and 0. */
  readonly beta: number;
  readonly freeBits: number;
}

/** How the step size goes on: see step-size.ts. */
export type StepSizeSchedule = 'constant' | 'cosine' | 'iwae-stages';

/** What training needs beside the model. */
export interface TrainingConfig {
  readonly algorithm: Algorithm;
  /** M: datapoints per minibatch. */
  readonly minibatch: number;
  /** L: draws of epsilon per datapoint (k of the importance-weighted bound), and of dreams for each in wake-sleep. */
  readonly draws: number;
  /** N: datapoints of the training split; scales the prior on the weights. */
  readonly datapoints: number;
  /** MAP estimate under p(theta) = N(0, I), section 5 of the paper: adds log p(theta) / N to the bound per datapoint. */
  readonly weightPrior: boolean;
  readonly objective: Objective;
  readonly optimizer: OptimizerConfig;
  /** Largest Euclidean norm of all gradients together; 0: they stay as they are. */
  readonly clipNorm: number;
  readonly schedule: StepSizeSchedule;
  /** Datapoints after which training ends; schedules are laid out over them. */
  readonly samples: number;
}
