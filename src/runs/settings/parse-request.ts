import type { Dataset, DatasetSource } from '../../datasets/dataset';
import type { LoadOptions } from '../../datasets/load-options';
import { withRules } from '../../domain/reading';
import { DEFAULT_SPLIT } from '../../domain/split';
import type { EngineDescription } from '../../engine/engine';
import type { ImageShape } from '../../images/image-shape';
import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { PRESET_NAMES, PRESET_SQUARES, runConfigSchema } from '../config';
import type { RunConfig, TrainRequest } from '../config';
import { RequestError } from '../request-error';
import { applyOverrides } from './overrides';
import { PRESETS } from './presets';
import type { Preset } from './presets';
import { NO_READING_SETTINGS, withReading } from './reading-settings';

/** The environment of a run, passed as arguments so that planning is a pure function. */
export interface RunEnvironment {
  readonly runName: string;
  readonly now: Date;
  readonly product: string;
  readonly node: string;
  readonly platform: string;
}

/** The settings of a request: the preset's, changed by the user's, and valid for some dataset. */
export interface Settings {
  readonly request: TrainRequest;
  readonly tree: SettingsTree;
  /** The requested image shape. The dataset decides unset sides and channels, within the preset's square sizes. */
  readonly shape: Partial<ImageShape> & Pick<LoadOptions, 'squares'>;
  /** The request's source, with the user's choices of how to read its images. */
  readonly source: DatasetSource;
}

/** All that `--set` can change, as a preset has it. Sides and channels of 0, and empty texts, are left to the images. */
type SettingsTree = ReturnType<typeof presetSettings>;

/** Returns the settings of a preset. */
export function presetSettings({ model, initialisation, training, binarisation }: Preset) {
  return structuredClone({
    model,
    initialisation,
    training,
    checkpointEvery: 0,
    snapshots: false,
    data: {
      ...{ width: 0, height: 0, channels: 0, binarisation, augmentation: { shift: 0, flip: false } },
      ...NO_READING_SETTINGS,
      split: { ...DEFAULT_SPLIT, trainLimit: 0 },
    },
  });
}

/** @throws RequestError if there is no such preset */
export function presetOf(name: string): Preset {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name as keyof typeof PRESETS];
  throw new RequestError(`unknown preset '${name}', expected one of ${PRESET_NAMES.join(', ')}`);
}

/**
 * Applies the user's settings to the preset and checks them before any slow work.
 * @throws RequestError naming the setting, its value and what was expected
 */
export function parseRequest(request: TrainRequest): Settings {
  const tree = presetSettings(presetOf(request.preset));
  applyOverrides(tree, request.set);
  const { fit, background, pages, range } = tree.data;
  const source = withReading(request.source, { fit, background, pages, range });
  const settings = { request, tree, shape: shapeOf(request, tree), source };
  // What the dataset and the machine decide is filled in to check the rest.
  const { squares, ...asked } = settings.shape;
  const side = asked.width ?? asked.height ?? squares?.usual ?? 28;
  const shape = { width: side, height: side, channels: 1, ...asked } as const;
  const dataset = { name: 'any', source, shape, count: 1, fingerprint: '0'.repeat(64) };
  const engine = { name: 'cpu', build: '', threads: 1, instructionSet: '' } as const;
  const environment = { runName: 'any', now: new Date(0), product: '', node: '', platform: '' };
  completeConfig(settings, { dataset, engine, environment, areSmall: () => true });
  return settings;
}

function shapeOf({ preset }: TrainRequest, tree: SettingsTree): Settings['shape'] {
  const { width, height, channels } = tree.data;
  const squares = PRESET_SQUARES[preset];
  return {
    ...(squares ? { squares } : {}),
    ...(width !== 0 ? { width } : {}),
    ...(height !== 0 ? { height } : {}),
    ...(channels !== 0 ? { channels: channels as 1 | 3 } : {}),
  };
}

/** @throws RequestError if the preset's model does not support this image shape */
function checkSquare({ preset }: TrainRequest, { width, height }: ImageShape): void {
  const squares = PRESET_SQUARES[preset];
  if (!squares || (width === height && squares.sides.includes(width))) return;
  const sizes = squares.sides.map((side) => `${side} × ${side}`).join(', ');
  throw new RequestError(
    `image size: got ${width} × ${height}, expected one of ${sizes} for the preset '${preset}'; set width to a size of these, or leave it open`,
  );
}

/** What the settings of a request leave open. */
export interface Completion {
  readonly dataset: Pick<Dataset, 'name' | 'source' | 'shape' | 'count' | 'fingerprint'>;
  readonly engine: EngineDescription;
  readonly environment: RunEnvironment;
  /** Whether all snapshots of a run are small enough to be kept with `snapshots=auto`. */
  readonly areSmall: (model: VaeConfig, training: Pick<TrainingConfig, 'samples' | 'minibatch'>) => boolean;
}

/** Returns the complete configuration of a run. @throws RequestError naming the setting, its value and what was expected */
export function completeConfig(
  { request, tree }: Settings,
  { dataset, engine, environment, areSmall }: Completion,
): RunConfig {
  checkSquare(request, dataset.shape);
  const { width, height, channels } = dataset.shape;
  const { convolution } = tree.model;
  const model = {
    inputSize: width * height * channels,
    ...tree.model,
    convolution: convolution && { width, height, channels, ...convolution },
  };
  const candidate = {
    version: 1,
    name: environment.runName,
    createdAt: environment.now.toISOString(),
    preset: request.preset,
    seed: request.seed,
    data: {
      source: withRules(dataset.source),
      name: dataset.name,
      width,
      height,
      channels,
      fingerprint: dataset.fingerprint,
      count: dataset.count,
      split: tree.data.split,
      binarisation: tree.data.binarisation,
      augmentation: tree.data.augmentation,
    },
    model,
    initialisation: tree.initialisation,
    training: tree.training,
    checkpointEvery: tree.checkpointEvery,
    snapshots: (tree.snapshots as unknown) === 'auto' ? areSmall(model, tree.training) : tree.snapshots,
    engine,
    versions: { product: environment.product, node: environment.node, platform: environment.platform },
  };
  const result = runConfigSchema.safeParse(candidate);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const got = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown>)?.[key],
    candidate,
  );
  throw new RequestError(`${issue.path.join('.')}: got ${JSON.stringify(got)}. ${issue.message}`);
}
