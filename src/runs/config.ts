import * as z from 'zod';
import type { Augmentation } from '../datasets/sampling/augment';
import type { Binarisation } from '../datasets/sampling/binarise';
import type { DatasetSource } from '../datasets/dataset';
import type { Squares } from '../datasets/load-options';
import { BACKGROUND, FITS, PAGE_CHOICES, READING_RULES } from '../domain/reading';
import type { EngineDescription } from '../engine/engine';
import type {
  Algorithm,
  Convolution,
  Initialisation,
  Objective,
  OptimizerConfig,
  TrainingConfig,
  VaeConfig,
} from '../vae/config';
import { MAX_LATENT_DIMENSIONS, MAX_SAMPLES } from '../domain/limits';

/** The upper limits in this schema keep a foreign config.json from requesting absurd sizes. */
const units = z.int().min(1).max(16_384);
const hidden = z.array(units).min(1).max(8);
const side = z.int().min(4).max(1024);
const channels = z.union([z.literal(1), z.literal(3)]);
const rate = z.number().positive().max(1e9);
const fraction = z.number().min(0).max(0.9);
const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const count = z.int().min(1).max(MAX_SAMPLES);

const uri = z.string().max(4096);
const patterns = z.array(z.string().min(1).max(1000)).max(1000).optional();
/** Maximum images excluded individually; use patterns to exclude more from a folder. */
export const MAX_LEFT_OUT = 20_000;
const leftOut = z.array(z.string().min(1).max(4096)).max(MAX_LEFT_OUT).optional();
const labelColumn = z.string().max(1000).optional();
/** Selects images of a folder or archive, and the source of their labels. */
const imageChoice = { include: patterns, exclude: patterns, leftOut, labels: uri.optional(), labelColumn };
const reading = {
  rules: z.literal(READING_RULES).optional(),
  fit: z.enum(FITS).optional(),
  background: z.string().regex(BACKGROUND).optional(),
  pages: z.enum(PAGE_CHOICES).optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
};
/** Schema of a dataset's source, as config.json and the files of a sweep hold it. */
export const sourceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('digits'), count: z.int().min(10).max(10_000_000), seed, leftOut }),
    z.strictObject({ kind: z.literal('folder'), uri, ...imageChoice, ...reading }),
    z.strictObject({ kind: z.literal('idx'), uri, leftOut, ...reading }),
    z.strictObject({ kind: z.literal('npy'), uri, leftOut, ...reading }),
    z.strictObject({ kind: z.literal('zip'), uri, ...imageChoice, ...reading }),
    z.strictObject({ kind: z.literal('tar'), uri, ...imageChoice, ...reading }),
    z.strictObject({ kind: z.literal('parquet'), uri, leftOut, ...reading }),
    z.strictObject({ kind: z.literal('packed'), uri, leftOut, ...reading }),
  ])
  // Runs of versions up to 0.1.0 do not name the rules.
  .transform((of): DatasetSource => (of.kind === 'digits' ? of : { rules: 1, ...of }));

const convolution = z
  .strictObject({
    width: side,
    height: side,
    channels,
    filters: z.array(z.int().min(1).max(1024)).min(1).max(8),
    kernel: z.int().min(2).max(16),
  })
  .refine(
    ({ width, height, filters }) => [width, height].every((pixels) => pixels % 2 ** filters.length === 0),
    {
      message:
        'Each convolution halves width and height, so both must be a multiple of 2 to the number of filters',
      path: ['filters'],
    },
  ) satisfies z.ZodType<Convolution>;

const perceptron = z.strictObject({
  inputSize: z
    .int()
    .min(1)
    .max(3 * 1024 * 1024),
  /** Missing in runs of versions without convolutions. */
  convolution: convolution.nullable().default(null),
  encoderHidden: hidden,
  decoderHidden: hidden,
  latent: z.int().min(1).max(MAX_LATENT_DIMENSIONS),
  activation: z.enum(['tanh', 'relu', 'gelu']),
  likelihood: z.enum(['bernoulli', 'continuous-bernoulli', 'gaussian', 'discretized-logistic']),
});

const model = perceptron.refine(
  ({ inputSize, convolution: c }) => c === null || inputSize === c.width * c.height * c.channels,
  { message: "Expected the convolution's width * height * channels", path: ['inputSize'] },
) satisfies z.ZodType<VaeConfig>;

const initialisation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('normal'), standardDeviation: z.number().positive().max(10) }),
  z.strictObject({ kind: z.literal('glorot') }),
]) satisfies z.ZodType<Initialisation>;

const epsilon = z.number().min(0).max(1);
const decay = z.number().min(0).lt(1);
const optimizer = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), learningRate: rate }),
  z.strictObject({ name: z.literal('adagrad'), learningRate: rate, epsilon }),
  z.strictObject({ name: z.literal('adam'), learningRate: rate, beta1: decay, beta2: decay, epsilon }),
  z.strictObject({ name: z.literal('rmsprop'), learningRate: rate, decay, momentum: decay, epsilon }),
]) satisfies z.ZodType<OptimizerConfig>;

const objective = z
  .strictObject({
    estimator: z.enum(['analytic-kl', 'sgvb-a', 'importance-weighted']),
    beta: z.number().min(0).max(1e6),
    freeBits: z.number().min(0).max(1e3),
  })
  .refine(({ estimator, beta, freeBits }) => estimator === 'analytic-kl' || (beta === 1 && freeBits === 0), {
    message: "Expected the estimator 'analytic-kl' with a beta other than 1 or free bits",
    path: ['estimator'],
  }) satisfies z.ZodType<Objective>;

/** The objective of runs whose config.json does not name one. */
const PLAIN: Objective = { estimator: 'analytic-kl', beta: 1, freeBits: 0 };

const algorithm = z.enum(['aevb', 'wake-sleep']) satisfies z.ZodType<Algorithm>;

const training = z
  .strictObject({
    /** Missing in runs of versions without a choice of algorithm. */
    algorithm: algorithm.default('aevb'),
    minibatch: z.int().min(1).max(1_000_000),
    draws: z.int().min(1).max(10_000),
    weightPrior: z.boolean(),
    objective: objective.default(PLAIN),
    optimizer,
    /** Results of the step size search, if the request listed several step sizes. */
    stepSizes: z
      .array(z.strictObject({ learningRate: rate, bound: z.number().nullable() }))
      .max(100)
      .optional(),
    clipNorm: z.number().min(0).max(1e9).default(0),
    schedule: z.enum(['constant', 'cosine', 'iwae-stages']).default('constant'),
    /** Of the products of the training steps; missing in runs of versions that had single precision alone. */
    precision: z.enum(['float32', 'bfloat16']).default('float32'),
    /** Training ends after this many datapoints ... */
    samples: count,
    /** Each time that a run went on to another number of samples: the step, and the samples planned until then. */
    extensions: z
      .array(z.strictObject({ step: z.int().min(1), samples: count }))
      .max(1000)
      .optional(),
    /** ... or when the validation bound has not improved for this many validations (about one per epoch); 0 for never. */
    patience: z.int().min(0).max(100_000),
  })
  .refine(
    ({ algorithm: name, objective: { estimator, beta, freeBits } }) =>
      name === 'aevb' ||
      (estimator === PLAIN.estimator && beta === PLAIN.beta && freeBits === PLAIN.freeBits),
    {
      message:
        "Wake-sleep ascends no bound that could be weighted or sampled otherwise: expected the estimator 'analytic-kl', beta 1 and no free bits, or the algorithm 'aevb'",
      path: ['algorithm'],
    },
  ) satisfies z.ZodType<Omit<TrainingConfig, 'datapoints'>>;

const engine = z.strictObject({
  name: z.enum(['tensorflow', 'onnx', 'wasm', 'jax', 'cpu']),
  build: z.string().max(200),
  threads: z.int().min(1).max(1024),
  instructionSet: z.string().max(100),
  executor: z.enum(['graph', 'xla']).optional(),
  device: z.string().min(1).max(200).optional(),
}) satisfies z.ZodType<EngineDescription>;

const binarisation = z.enum(['none', 'threshold', 'fixed', 'dynamic']) satisfies z.ZodType<Binarisation>;

const augmentation = z.strictObject({
  shift: z.int().min(0).max(512),
  flip: z.boolean(),
}) satisfies z.ZodType<Augmentation>;

const data = z
  .strictObject({
    source: sourceSchema,
    name: z.string().max(255),
    width: side,
    height: side,
    channels,
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    count,
    /** Fractions and seed for datasets without a predefined split. */
    split: z.strictObject({
      validation: fraction,
      test: fraction,
      seed,
      /** Trains only on this many training images, the first ones; 0 for all. */
      trainLimit: z.int().min(0).max(1e12).default(0),
    }),
    /** Binarisation of grey values; uses the split's seed, so that runs with other seeds see the same values. */
    binarisation: binarisation.default('none'),
    /** Random shifts and flips of minibatch images, before binarisation; drawn with the run's seed. */
    augmentation: augmentation.default({ shift: 0, flip: false }),
  })
  .refine(({ width, height, augmentation: { shift } }) => 2 * shift <= Math.min(width, height), {
    message: 'Expected a shift of at most half of the width and height',
    path: ['augmentation', 'shift'],
  });

const about = {
  version: z.literal(1),
  name: z.string().min(1).max(200),
  /** UTC, ISO 8601. */
  createdAt: z.string().max(40),
};
const versions = z.strictObject({ product: z.string(), node: z.string(), platform: z.string() });

/** Schema of config.json: everything needed to repeat a run. */
export const runConfigSchema = z.strictObject({
  ...about,
  preset: z.string().max(40),
  /** Seed of the initial parameters, the minibatch order and the noise. */
  seed,
  data,
  model,
  initialisation,
  training,
  /** Steps between checkpoints; 0 for about 30 s, measured at the start and recorded in metrics.jsonl. */
  checkpointEvery: z.int().min(0).max(1e9),
  /** Whether to save the weights at steps in ratios of 10^(1/8), and at the last step. */
  snapshots: z.boolean().default(false),
  engine,
  versions,
});

export interface RunConfig extends z.infer<typeof runConfigSchema> {
  /**
   * Present for a model that was trained elsewhere, with its number of latent dimensions. What a training decides is then not known: the
   * objects for it are there for readers of all runs and mean nothing, and config.json does not have them.
   */
  readonly opened?: { readonly latent: number } | undefined;
}

/** What `preset` says of a model that was trained elsewhere. */
export const OPENED_PRESET = 'opened';

/** Schema of config.json in the folder of a model that was trained elsewhere; model.json beside it says how its files are used. */
export const openedConfigSchema = z
  .strictObject({
    ...about,
    data,
    opened: z.strictObject({ latent: z.int().min(1).max(MAX_LATENT_DIMENSIONS) }),
    engine,
    versions,
  })
  .transform((config): RunConfig => ({
    ...config,
    preset: OPENED_PRESET,
    seed: 0,
    model: {
      ...{ inputSize: config.data.width * config.data.height * config.data.channels, convolution: null },
      ...{ encoderHidden: [], decoderHidden: [], latent: config.opened.latent },
      ...{ activation: 'tanh', likelihood: 'gaussian' },
    },
    initialisation: { kind: 'glorot' },
    training: {
      ...{ algorithm: 'aevb', minibatch: 1, draws: 1, weightPrior: false, objective: PLAIN },
      ...{ optimizer: { name: 'sgd', learningRate: 1 }, clipNorm: 0, schedule: 'constant' },
      ...{ precision: 'float32', samples: 1, patience: 0 },
    },
    checkpointEvery: 0,
    snapshots: false,
  }));

/** Returns what config.json holds of a run. */
export function storedConfig(config: RunConfig): Partial<RunConfig> {
  if (config.opened === undefined) return config;
  const { version, name, createdAt, data: images, opened, engine: by, versions: of } = config;
  return { version, name, createdAt, data: images, opened, engine: by, versions: of };
}

/** The user's request; src/training/plan.ts turns it into a RunConfig once the dataset is known. */
export interface TrainRequest {
  readonly source: DatasetSource;
  readonly preset: PresetName;
  readonly seed: number;
  /** Overrides of the preset by dotted path, as typed: `model.latent=3`, `training.minibatch=64`, `data.width=32`. */
  readonly set: Readonly<Record<string, string>>;
}

export const PRESET_NAMES = ['aevb', 'fast', 'conv', 'aevb-frey', 'iwae', 'wake-sleep'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** Image sizes that a preset's model supports; null for any size. */
export const PRESET_SQUARES: Readonly<Record<PresetName, Squares | null>> = {
  aevb: null,
  fast: null,
  conv: { sides: [32, 64, 128], usual: 64 },
  'aevb-frey': null,
  iwae: null,
  'wake-sleep': null,
};
