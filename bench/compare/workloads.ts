/** The work that every contender does: one description for all of them, sent to their processes as JSON. */

export interface PerceptronSpec {
  readonly kind: 'perceptron';
  /** Numbers of an image. */
  readonly inputs: number;
  /** Units of the one hidden layer (tanh) of each part. */
  readonly hidden: number;
  readonly latent: number;
}

/** Convolutions of stride 2 with `same` padding and ReLU, a dense layer, and the mirror of it all. */
export interface ConvolutionSpec {
  readonly kind: 'convolution';
  readonly side: number;
  readonly channels: 1 | 3;
  readonly filters: readonly number[];
  readonly kernel: number;
  readonly stride: number;
  readonly dense: number;
  readonly latent: number;
}

export interface TrainingSpec {
  /** Images that are resident; a whole number of minibatches. */
  readonly images: number;
  readonly minibatch: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /**
   * `encode`: bytes of images to means and log-variances; `decode`: latent points to means of pixels; `importance`: bytes
   * of images to log (1/k) sum of k importance weights, their noise drawn within the time; all in host memory.
   */
  readonly task: 'train' | 'encode' | 'decode' | 'importance';
  readonly model: PerceptronSpec | ConvolutionSpec;
  readonly training: TrainingSpec;
  /** Steps, images or frames of one round. */
  readonly amount: number;
  /** The same of a quick run. */
  readonly quickAmount: number;
  /** Images or frames in one call, where the task leaves that open. */
  readonly batch: number;
  /** k: importance weights of each image. */
  readonly draws?: number;
  /** The figure of a round. */
  readonly unit: 'ms per step' | 'ms per frame' | 'ms in all';
}

const perceptron: PerceptronSpec = { kind: 'perceptron', inputs: 784, hidden: 500, latent: 20 };

const convolution: ConvolutionSpec = {
  kind: 'convolution',
  side: 64,
  channels: 3,
  filters: [32, 32, 64, 64],
  kernel: 4,
  stride: 2,
  dense: 256,
  latent: 32,
};

const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const forPerceptron: TrainingSpec = { ...adam, images: 6000, minibatch: 100 };
const forConvolution: TrainingSpec = { ...adam, images: 640, minibatch: 64 };

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'mlp-step',
    title: 'A training step of the perceptron: 784-500-20-500-784, tanh, M = 100, Adam',
    task: 'train',
    model: perceptron,
    training: forPerceptron,
    amount: 300,
    quickAmount: 100,
    batch: 100,
    unit: 'ms per step',
  },
  {
    name: 'conv-step',
    title:
      'A training step of the convolutional model: 64×64×3, filters 32-32-64-64 of 4×4 with stride 2, dense 256, 32 latent dimensions, mirrored, ReLU, M = 64, Adam',
    task: 'train',
    model: convolution,
    training: forConvolution,
    amount: 20,
    quickAmount: 10,
    batch: 64,
    unit: 'ms per step',
  },
  {
    name: 'encode',
    title: 'Encoding 70,000 images with the perceptron, 1,000 a call',
    task: 'encode',
    model: perceptron,
    training: forPerceptron,
    amount: 70_000,
    quickAmount: 7000,
    batch: 1000,
    unit: 'ms in all',
  },
  {
    name: 'decode-each',
    title: 'Decoding 1,000 frames with the perceptron, one by one',
    task: 'decode',
    model: perceptron,
    training: forPerceptron,
    amount: 1000,
    quickAmount: 1000,
    batch: 1,
    unit: 'ms per frame',
  },
  {
    name: 'decode-batch',
    title: 'Decoding 1,000 frames with the perceptron in one call',
    task: 'decode',
    model: perceptron,
    training: forPerceptron,
    amount: 1000,
    quickAmount: 1000,
    batch: 1000,
    unit: 'ms in all',
  },
  {
    name: 'importance',
    title: 'Log-likelihood by 5,000 importance weights an image, with the perceptron',
    task: 'importance',
    model: perceptron,
    training: forPerceptron,
    amount: 200,
    quickAmount: 10,
    batch: 200,
    draws: 5000,
    unit: 'ms in all',
  },
];

export function figureOf(workload: Workload, seconds: number): number {
  return (seconds * 1000) / (workload.unit === 'ms in all' ? 1 : workload.amount);
}
