import { MAX_LATENT_DIMENSIONS, MAX_SAMPLES } from '../../domain/limits';
import { FITS, PAGE_CHOICES } from '../../domain/reading';
import { formatCount } from '../../text/format-count';

/** What a setting may be; the schema of config.json checks it. */
export type SettingRange =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly excludes?: 'min' | 'max' }
  /** Whole numbers, from 1 to 8 of them. */
  | { readonly kind: 'list'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly expected: string };

/** A setting of a run as `--set` takes it. */
export interface SettingInfo {
  /** Short name, or the path if there is none. */
  readonly key: string;
  /** Places in the configuration: one, but for `hidden`. */
  readonly paths: readonly string[];
  readonly group: SettingGroup;
  readonly description: string;
  readonly range: SettingRange;
}

export type SettingGroup = 'model' | 'training' | 'images' | 'run';

const BOOLEAN: SettingRange = { kind: 'choice', values: ['true', 'false'] };
const UNITS: SettingRange = { kind: 'list', min: 1, max: 16_384 };
const DECAY: SettingRange = { kind: 'number', min: 0, max: 1, excludes: 'max' };
const SEED: SettingRange = { kind: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER };

const one = (
  group: SettingGroup,
  key: string,
  path: string,
  range: SettingRange,
  description: string,
): SettingInfo => ({ key, paths: [path], group, description, range });

/** All settings that `--set` takes, in the order in which they are listed. */
export const SETTINGS: readonly SettingInfo[] = [
  one(
    'model',
    'latent',
    'model.latent',
    { kind: 'whole', min: 1, max: MAX_LATENT_DIMENSIONS },
    'number of latent dimensions',
  ),
  {
    key: 'hidden',
    paths: ['model.encoderHidden', 'model.decoderHidden'],
    group: 'model',
    description: 'units of the hidden layers, of encoder and decoder alike',
    range: UNITS,
  },
  one(
    'model',
    'model.encoderHidden',
    'model.encoderHidden',
    UNITS,
    'units of the encoder\u2019s hidden layers, the first next to the image',
  ),
  one(
    'model',
    'model.decoderHidden',
    'model.decoderHidden',
    UNITS,
    'units of the decoder\u2019s hidden layers, the first next to the latent space',
  ),
  one(
    'model',
    'model.convolution.filters',
    'model.convolution.filters',
    { kind: 'list', min: 1, max: 1024 },
    'filters of the convolutions, each of which halves width and height',
  ),
  one(
    'model',
    'model.convolution.kernel',
    'model.convolution.kernel',
    { kind: 'whole', min: 2, max: 16 },
    'side of the convolutions\u2019 square kernels, in pixels',
  ),
  one(
    'model',
    'activation',
    'model.activation',
    { kind: 'choice', values: ['tanh', 'relu', 'gelu'] },
    'nonlinearity of the hidden layers',
  ),
  one(
    'model',
    'likelihood',
    'model.likelihood',
    {
      kind: 'choice',
      values: ['bernoulli', 'continuous-bernoulli', 'gaussian', 'discretized-logistic'],
    },
    'distribution of an image given its latent point',
  ),
  one(
    'model',
    'initialisation.standardDeviation',
    'initialisation.standardDeviation',
    { kind: 'number', min: 0, max: 10, excludes: 'min' },
    'standard deviation of the normal distribution from which all weights start',
  ),
  one(
    'training',
    'samples',
    'training.samples',
    { kind: 'whole', min: 1, max: MAX_SAMPLES },
    'training ends after this many images, counting repeats',
  ),
  one(
    'training',
    'patience',
    'training.patience',
    { kind: 'whole', min: 0, max: 100_000 },
    'training ends after this many epochs without a better validation bound; 0 for never',
  ),
  one(
    'training',
    'minibatch',
    'training.minibatch',
    { kind: 'whole', min: 1, max: 1_000_000 },
    'images per step (M)',
  ),
  one(
    'training',
    'draws',
    'training.draws',
    { kind: 'whole', min: 1, max: 10_000 },
    'draws of the latent point per image and step (L)',
  ),
  one(
    'training',
    'optimizer',
    'training.optimizer.name',
    { kind: 'choice', values: ['sgd', 'adagrad', 'adam', 'rmsprop'] },
    'how gradients become steps; another one starts from its own defaults',
  ),
  one(
    'training',
    'learningRate',
    'training.optimizer.learningRate',
    { kind: 'number', min: 0, max: 1e9, excludes: 'min' },
    'step size of the optimizer',
  ),
  one(
    'training',
    'training.optimizer.beta1',
    'training.optimizer.beta1',
    DECAY,
    'decay rate of the mean gradient (Adam)',
  ),
  one(
    'training',
    'training.optimizer.beta2',
    'training.optimizer.beta2',
    DECAY,
    'decay rate of the mean square (Adam)',
  ),
  one(
    'training',
    'training.optimizer.decay',
    'training.optimizer.decay',
    DECAY,
    'decay rate of the mean square (RMSProp)',
  ),
  one('training', 'training.optimizer.momentum', 'training.optimizer.momentum', DECAY, 'momentum (RMSProp)'),
  one(
    'training',
    'training.optimizer.epsilon',
    'training.optimizer.epsilon',
    { kind: 'number', min: 0, max: 1 },
    'added to the root of the mean square',
  ),
  one(
    'training',
    'schedule',
    'training.schedule',
    { kind: 'choice', values: ['constant', 'cosine', 'iwae-stages'] },
    'how the step size changes during training',
  ),
  one(
    'training',
    'clipNorm',
    'training.clipNorm',
    { kind: 'number', min: 0, max: 1e9 },
    'maximum norm of all gradients together; 0 for none',
  ),
  one(
    'training',
    'precision',
    'training.precision',
    { kind: 'choice', values: ['float32', 'bfloat16'] },
    'type of the numbers that the products of a training step multiply; bfloat16 is faster on processors with AMX',
  ),
  one(
    'training',
    'algorithm',
    'training.algorithm',
    { kind: 'choice', values: ['aevb', 'wake-sleep'] },
    'learning algorithm',
  ),
  one(
    'training',
    'estimator',
    'training.objective.estimator',
    { kind: 'choice', values: ['analytic-kl', 'sgvb-a', 'importance-weighted'] },
    'estimator of the bound that is maximised',
  ),
  one(
    'training',
    'beta',
    'training.objective.beta',
    { kind: 'number', min: 0, max: 1e6 },
    'weight of the KL divergence in the objective; 1 for the bound itself',
  ),
  one(
    'training',
    'freeBits',
    'training.objective.freeBits',
    { kind: 'number', min: 0, max: 1e3 },
    'KL divergence of a latent dimension that costs nothing, in nats',
  ),
  one(
    'training',
    'training.weightPrior',
    'training.weightPrior',
    BOOLEAN,
    'whether the decoder\u2019s weights have a standard normal prior (weight decay)',
  ),
  one(
    'images',
    'width',
    'data.width',
    { kind: 'whole', min: 4, max: 1024 },
    'width of the images in pixels; by default, that of the images',
  ),
  one(
    'images',
    'height',
    'data.height',
    { kind: 'whole', min: 4, max: 1024 },
    'height of the images in pixels; by default, that of the images',
  ),
  one(
    'images',
    'channels',
    'data.channels',
    { kind: 'choice', values: ['1', '3'] },
    '1 for grey, 3 for colour; by default, that of the images',
  ),
  one(
    'images',
    'fit',
    'data.fit',
    { kind: 'choice', values: FITS },
    'how images of another aspect ratio are fitted to the size',
  ),
  one(
    'images',
    'background',
    'data.background',
    { kind: 'text', expected: 'white, black or a colour such as #20a0ff' },
    'colour below transparent pixels',
  ),
  one(
    'images',
    'pages',
    'data.pages',
    { kind: 'choice', values: PAGE_CHOICES },
    'pages of a TIFF, or frames of an animation, that are used',
  ),
  one(
    'images',
    'range',
    'data.range',
    { kind: 'text', expected: 'the stored values of black and white, such as 0,4095' },
    'values that become black and white',
  ),
  one(
    'images',
    'binarisation',
    'data.binarisation',
    { kind: 'choice', values: ['none', 'threshold', 'fixed', 'dynamic'] },
    'how grey values become black or white',
  ),
  one(
    'images',
    'shift',
    'data.augmentation.shift',
    { kind: 'whole', min: 0, max: 512 },
    'training images are shifted at random by up to this many pixels',
  ),
  one('images', 'flip', 'data.augmentation.flip', BOOLEAN, 'whether training images are mirrored at random'),
  one(
    'images',
    'trainLimit',
    'data.split.trainLimit',
    { kind: 'whole', min: 0, max: 1e12 },
    'number of training images that are used, the first ones; 0 for all',
  ),
  one(
    'images',
    'data.split.validation',
    'data.split.validation',
    { kind: 'number', min: 0, max: 0.9 },
    'share of the images for validation, if they have no split of their own',
  ),
  one(
    'images',
    'data.split.test',
    'data.split.test',
    { kind: 'number', min: 0, max: 0.9 },
    'share of the images for the test, if they have no split of their own',
  ),
  one(
    'images',
    'data.split.seed',
    'data.split.seed',
    SEED,
    'seed of the random split and of binarisation, the same for runs to be compared',
  ),
  one(
    'run',
    'checkpointEvery',
    'checkpointEvery',
    { kind: 'whole', min: 0, max: 1e9 },
    'steps between checkpoints; 0 for about 30 seconds',
  ),
  one(
    'run',
    'snapshots',
    'snapshots',
    { kind: 'choice', values: ['auto', 'true', 'false'] },
    'whether weights are kept during training, to look back at; auto if they are small',
  ),
];

/** Says what a setting may be, as the end of a sentence. */
export function rangeText(range: SettingRange): string {
  switch (range.kind) {
    case 'choice':
      return `one of ${range.values.join(', ')}`;
    case 'whole':
      return range.max === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${range.min}`
        : `a whole number from ${formatCount(range.min)} to ${formatCount(range.max)}`;
    case 'number':
      return `a number ${range.excludes === 'min' ? 'above' : 'from'} ${range.min} ${range.excludes === 'max' ? 'and below' : 'to'} ${formatCount(range.max)}`;
    case 'list':
      return `1 to 8 whole numbers from ${range.min} to ${formatCount(range.max)}, separated by commas`;
    case 'text':
      return range.expected;
    default:
      return range satisfies never;
  }
}
