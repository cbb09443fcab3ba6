import type { MetricRow, TrainRow, ValidationRow } from '../domain/metrics';
import { MAX_LATENT_DIMENSIONS } from '../domain/limits';

const ENDED_STATES = ['finished', 'stopped', 'failed'] as const;

/** A line of metrics.jsonl that is not a metric row. */
export type MetricNote =
  | {
      readonly type: 'resumed';
      readonly resumedFrom: number;
      /** Chosen by the user for the steps from here on; absent to keep the last one. */
      readonly learningRate?: number;
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
    case 'resumed': {
      const { resumedFrom, learningRate } = line;
      if (!isCount(resumedFrom)) return null;
      if (learningRate === undefined) return { type: 'resumed', resumedFrom };
      return isRate(learningRate) ? { type: 'resumed', resumedFrom, learningRate } : null;
    }
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

function ended({ state, step, message, lowerLearningRate }: Fields): MetricNote | null {
  const known = ENDED_STATES.find((each) => each === state);
  if (known === undefined || !isCount(step) || typeof message !== 'string') return null;
  const end = { type: 'ended', state: known, step, message: message.slice(0, MAX_MESSAGE_LENGTH) } as const;
  return isRate(lowerLearningRate) ? { ...end, lowerLearningRate } : end;
}
