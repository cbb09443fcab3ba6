/**
 * Convolutions of an image model: the encoder begins with them, and the decoder ends with their mirror image, transposed. Each
 * halves (doubles) width and height: stride 2, padding 'same'.
 */
export interface Convolution {
  /** Size of the image that is one datapoint: D = height * width * channels, row-major, channels last. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Filters of each convolution, starting at the image. */
  readonly filters: readonly number[];
  /** Side of the square kernels. */
  readonly kernel: number;
}

/** The model: a Gaussian encoder and a decoder, each a multilayer perceptron, with or without convolutions. */
export interface VaeConfig {
  /** D: numbers per datapoint. */
  readonly inputSize: number;
  /** Null if the perceptrons work on the pixels. */
  readonly convolution: Convolution | null;
  /** Units of each hidden layer, the encoder's starting at the input and the decoder's at the latent space. */
  readonly encoderHidden: readonly number[];
  readonly decoderHidden: readonly number[];
  /** Nz: latent dimensions. */
  readonly latent: number;
  readonly activation: 'tanh' | 'relu' | 'gelu';
  /** p(x|z); see likelihood.ts. */
  readonly likelihood: LikelihoodName;
}

export type LikelihoodName = 'bernoulli' | 'continuous-bernoulli' | 'gaussian' | 'discretized-logistic';

/** Initial values of the parameters. `normal` draws weights and biases alike from N(0, standardDeviation²), as in the paper. */
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
      /** Decay rate of the mean square. */
      readonly decay: number;
      readonly momentum: number;
      readonly epsilon: number;
    };

/**
 * Learning algorithm. `aevb` ascends one objective in all parameters; `wake-sleep` ascends log p(x, z) in the decoder's
 * parameters and log q(z|x) in the encoder's, the latter on dreams sampled from the model (wake-sleep.ts).
 */
export type Algorithm = 'aevb' | 'wake-sleep';

/** The objective that AEVB ascends; the reported bound is always the plain one. Wake-sleep allows only the plain one. */
export interface Objective {
  /** Eq. 7 of the paper, its eq. 6, or the importance-weighted bound, whose k is the number of draws. */
  readonly estimator: 'analytic-kl' | 'sgvb-a' | 'importance-weighted';
  /** Weight of the KL, and the minimum counted for each dimension's KL, in nats. Only for `analytic-kl`; otherwise 1 and 0. */
  readonly beta: number;
  readonly freeBits: number;
}

/** Schedule of the step size; see step-size.ts. */
export type StepSizeSchedule = 'constant' | 'cosine' | 'iwae-stages';

/**
 * Element type of what the products of a training step multiply: `bfloat16` has the range of single precision and 8 of its 24 bits.
 * Sums, weights and everything else are `float32`.
 */
export type Precision = 'float32' | 'bfloat16';

/** Settings of training, apart from the model. */
export interface TrainingConfig {
  readonly algorithm: Algorithm;
  /** M: datapoints per minibatch. */
  readonly minibatch: number;
  /** L: draws of epsilon per datapoint (k of the importance-weighted bound); in wake-sleep also dreams per datapoint. */
  readonly draws: number;
  /** N: datapoints in the training split; scales the prior on the weights. */
  readonly datapoints: number;
  /**
   * Whether to find the MAP estimate under p(theta) = N(0, I) (section 5 of the paper), which adds log p(theta) / N to the
   * bound per datapoint.
   */
  readonly weightPrior: boolean;
  readonly objective: Objective;
  readonly optimizer: OptimizerConfig;
  /** Maximum joint Euclidean norm of all gradients; 0 disables clipping. */
  readonly clipNorm: number;
  readonly schedule: StepSizeSchedule;
  readonly precision: Precision;
  /** Datapoints after which training ends; schedules span them. */
  readonly samples: number;
}
