import type { MetricRow, TrainRow, ValidationRow } from '../domain/metrics';
import { MAX_LATENT_DIMENSIONS } from '../domain/limits';

const ENDED_STATES = ['finished', 'stopped', 'failed'] as const;

/** What a resumed run has of its images from here on, and why. */
export interface ResumedImages {
  /** Number of images in use. */
  readonly used: number;
  /** Numbers of images that the user chose to go on without. */
  readonly missing: number;
  readonly changed: number;
  readonly added: number;
}

/** A line of metrics.jsonl that is not a metric row. */
export type MetricNote =
  | {
      readonly type: 'resumed';
      readonly resumedFrom: number;
      /** Chosen by the user for the steps from here on; absent to keep the last one. */
      readonly learningRate?: number;
      /** Absent while the images are the same as before. */
      readonly images?: ResumedImages;
    }
  /** The bound was not finite after `step`: training went back to a checkpoint and goes on with a lower learning rate. */
  | {
      readonly type: 'recovered';
      readonly step: number;
      readonly resumedFrom: number;
      readonly learningRate: number;
    }
  | { readonly type: 'checkpoints'; readonly every: number }
  | {
      readonly type: 'ended';
      readonly state: (typeof ENDED_STATES)[number];
      readonly step: number;
      readonly message: string;
      /** Of a training that diverged: a learning rate with which it may go on. */
      readonly lowerLearningRate?: number;
    };

export type MetricLine = MetricRow | MetricNote;

/** Messages are cut to this length, in UTF-16 code units. */
const MAX_MESSAGE_LENGTH = 10_000;

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** Rejects infinities: JSON numbers that overflow parse as infinite. */
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isRate = (value: unknown): value is number => isNumber(value) && value > 0;
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_LATENT_DIMENSIONS && value.every(isNumber);

/** Parses a line of metrics.jsonl; null if it is invalid. Validates every field, because run folders may come from others. */
export function parseMetricLine(text: string): MetricLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const line = value as Fields;
  switch (line['type']) {
    case 'train':
      return trainRow(line);
    case 'validation':
      return validationRow(line);
    case 'resumed':
      return resumed(line);
    case 'recovered': {
      const { step, resumedFrom, learningRate } = line;
      if (!isCount(step) || !isCount(resumedFrom) || !isRate(learningRate)) return null;
      return { type: 'recovered', step, resumedFrom, learningRate };
    }
    case 'checkpoints': {
      const { every } = line;
      return isCount(every) && every > 0 ? { type: 'checkpoints', every } : null;
    }
    case 'ended':
      return ended(line);
    default:
      return null;
  }
}

function trainRow(line: Fields): TrainRow | null {
  const { step, samples, seconds, elbo, reconstruction, kl } = line;
  if (!isCount(step) || !isCount(samples) || !isNumber(seconds)) return null;
  if (!isNumber(elbo) || !isNumber(reconstruction) || !isNumber(kl)) return null;
  return { type: 'train', step, samples, seconds, elbo, reconstruction, kl };
}

function validationRow(line: Fields): ValidationRow | null {
  const row = trainRow(line);
  const { epoch, klPerDimension } = line;
  if (row === null || !isNumber(epoch) || !isNumbers(klPerDimension)) return null;
  return { ...row, type: 'validation', epoch, klPerDimension };
}

function resumed({ resumedFrom, learningRate, images }: Fields): MetricNote | null {
  if (!isCount(resumedFrom)) return null;
  if (learningRate !== undefined && !isRate(learningRate)) return null;
  const counts = images === undefined ? undefined : resumedImages(images);
  if (counts === null) return null;
  return {
    ...{ type: 'resumed', resumedFrom },
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(counts === undefined ? {} : { images: counts }),
  };
}

function resumedImages(value: unknown): ResumedImages | null {
  if (typeof value !== 'object' || value === null) return null;
  const { used, missing, changed, added } = value as Fields;
  if (!isCount(used) || !isCount(missing) || !isCount(changed) || !isCount(added)) return null;
  return { used, missing, changed, added };
}

function ended({ state, step, message, lowerLearningRate }: Fields): MetricNote | null {
  const known = ENDED_STATES.find((each) => each === state);
  if (known === undefined || !isCount(step) || typeof message !== 'string') return null;
  const end = { type: 'ended', state: known, step, message: message.slice(0, MAX_MESSAGE_LENGTH) } as const;
  return isRate(lowerLearningRate) ? { ...end, lowerLearningRate } : end;
}
