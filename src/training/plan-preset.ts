import type { DatasetSource } from '../datasets/dataset';
import type { SourceSurvey } from '../datasets/survey-source';
import { MIN_IMAGES } from '../domain/split';
import { DataError } from '../images/data-error';
import type { ImageShape } from '../images/image-shape';
import type { PresetName, RunConfig, TrainRequest } from '../runs/config';
import { RequestError } from '../runs/request-error';
import { parseRequest } from '../runs/settings/parse-request';
import { requireMemory } from '../model/memory-need';
import { planRun } from './plan';

/** What a preset would do to a dataset. */
export interface PresetPlan {
  readonly preset: PresetName;
  /** The shape in which the model sees the images; null if it cannot be trained on them. */
  readonly shape: ImageShape | null;
  /** How images of another aspect ratio are brought to that shape. */
  readonly fit: string;
  /** Mean share of the images that is cropped, from 0 to 1. */
  readonly cropped: number;
  readonly likelihood: string;
  readonly latent: number;
  readonly samples: number;
  /** Epochs without a better validation bound after which training ends; 0 for never. */
  readonly patience: number;
  /** Why it cannot be trained; empty if it can. */
  readonly problem: string;
  /** The configuration of a run; its engine is a stand-in. */
  readonly config: RunConfig | null;
}

const ENGINE = { name: 'cpu', build: '', threads: 1, instructionSet: '' } as const;
const ENVIRONMENT = { runName: 'plan', now: new Date(0), product: '', node: '', platform: '' };

/** Plans a run without loading its images. @throws RequestError if the settings are wrong for any dataset */
export function planPreset(request: TrainRequest, survey: SourceSurvey): PresetPlan {
  const settings = parseRequest(request);
  const { tree, source } = settings;
  const { model, training } = tree;
  const about = {
    preset: request.preset,
    fit: fitOf(source),
    ...{
      likelihood: model.likelihood,
      latent: model.latent,
      samples: training.samples,
      patience: training.patience,
    },
  };
  try {
    if (survey.count < MIN_IMAGES)
      throw new DataError(`got ${survey.count} images, expected at least ${MIN_IMAGES} to train on`);
    const shape = survey.shapeFor(settings.shape);
    const dataset = { name: 'plan', source, shape, count: survey.count, fingerprint: '0'.repeat(64) };
    const config = planRun(settings, dataset, ENGINE, ENVIRONMENT);
    requireMemory(config, true);
    const cropped = about.fit === 'crop' ? survey.croppedTo(shape) : 0;
    return { ...about, shape, cropped, problem: '', config };
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof DataError)) throw error;
    return { ...about, shape: null, cropped: 0, problem: error.message, config: null };
  }
}

const fitOf = (source: DatasetSource): string => (source.kind === 'digits' ? 'crop' : (source.fit ?? 'crop'));

/** Sides up to this, in pixels, are small enough for a model without convolutions. */
const SMALL_SIDE = 28;

/** Why a preset is advised: colour images, images larger than 28 pixels, or neither. */
export type AdvisedReason = 'colour' | 'large' | 'small';

/** Returns the preset that suits most datasets of this kind, and why. */
export function advisedPreset({ size, colour }: Pick<SourceSurvey, 'size' | 'colour'>): {
  readonly preset: PresetName;
  readonly reason: AdvisedReason;
} {
  if (colour) return { preset: 'conv', reason: 'colour' };
  const isLarge = size !== null && Math.max(size.width, size.height) > SMALL_SIDE;
  return isLarge ? { preset: 'conv', reason: 'large' } : { preset: 'fast', reason: 'small' };
}
