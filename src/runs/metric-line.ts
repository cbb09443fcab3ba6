import type { MetricRow, TrainRow, ValidationRow } from '../domain/metrics';

const ENDED_STATES = ['finished', 'stopped', 'failed'] as const;

/** Lines of metrics.jsonl that are not rows. */
export type MetricNote =
  | { readonly type: 'resumed'; readonly resumedFrom: number }
  | { readonly type: 'checkpoints'; readonly every: number }
  | {
      readonly type: 'ended';
      readonly state: (typeof ENDED_STATES)[number];
      readonly step: number;
      readonly message: string;
    };

export type MetricLine = MetricRow | MetricNote;

/** Longest message that is read, in characters. */
const MAX_MESSAGE_LENGTH = 10_000;
/** As many latent dimensions as a model may have. */
const MAX_DIMENSIONS = 4096;

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** JSON has no other numbers; what overflows is infinite. */
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isNumber);

/** A line of metrics.jsonl, or null for what is none: a run folder may come from anybody, and readers rely on each field. */
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
      const { resumedFrom } = line;
      return isCount(resumedFrom) ? { type: 'resumed', resumedFrom } : null;
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

function ended({ state, step, message }: Fields): MetricNote | null {
  const known = ENDED_STATES.find((each) => each === state);
  if (known === undefined || !isCount(step) || typeof message !== 'string') return null;
  return { type: 'ended', state: known, step, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}
