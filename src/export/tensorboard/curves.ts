import type { MetricRow } from '../../domain/metrics';
import { boundLabel } from '../../runs/bound-label';
import type { RunConfig } from '../../runs/config';
import { factsOf } from '../trained-run';
import type { TrainedRun } from '../trained-run';
import { scalarsRecord, textRecord, versionRecord } from './events';
import type { Scalar } from './events';

/** Latent dimensions up to which the KL of each is a curve: TensorBoard draws a chart for each. */
const MAX_KL_CURVES = 64;
/** Records per piece of a file. */
const PIECE_RECORDS = 1000;

/**
 * Makes the event file of the rows of one kind: bound, reconstruction and KL, and at validations the KL of each latent dimension. Curves of
 * training and validation have the same tags, so that TensorBoard draws both in one chart.
 */
export function* curveEvents(
  config: RunConfig,
  rows: readonly MetricRow[],
  type: MetricRow['type'],
): Generator<Uint8Array> {
  const begin = beginOf(config);
  const nats = `nats per datapoint, higher is better; ${boundLabel(config)}`;
  let descriptions: Readonly<Record<string, string>> = {
    bound: nats,
    reconstruction: 'nats per datapoint; bound = reconstruction - kl',
    kl: 'nats per datapoint',
  };
  let pieces = [versionRecord(begin)];
  for (const row of rows) {
    if (row.type !== type) continue;
    pieces.push(scalarsRecord(begin + row.seconds, row.step, scalarsOf(row), descriptions));
    descriptions = {};
    if (pieces.length < PIECE_RECORDS) continue;
    yield Buffer.concat(pieces);
    pieces = [];
  }
  yield Buffer.concat(pieces);
}

function scalarsOf(row: MetricRow): Scalar[] {
  const bound = [
    { tag: 'bound', value: row.elbo },
    { tag: 'reconstruction', value: row.reconstruction },
    { tag: 'kl', value: row.kl },
  ];
  if (row.type === 'train' || row.klPerDimension.length > MAX_KL_CURVES) return bound;
  const digits = String(row.klPerDimension.length - 1).length;
  const perDimension = row.klPerDimension.map((value, i) => ({
    tag: `kl_per_dimension/${String(i).padStart(digits, '0')}`,
    value,
  }));
  return [...bound, ...perDimension];
}

/** Makes the event file of the run's settings: a text, as JSON. */
export function settingsEvents(run: TrainedRun): Uint8Array {
  const { config, step } = run;
  const { model, training, seed, opened } = config;
  const settings = { ...factsOf(run), ...(opened === undefined ? { seed, model, training } : {}) };
  // Indented, which Markdown shows as it is, whatever names hold.
  const text = JSON.stringify(settings, null, 2).replace(/^/gm, '    ');
  const begin = beginOf(config);
  return Buffer.concat([versionRecord(begin), textRecord(begin, step, 'settings', text)]);
}

/** Returns when the run was created, in seconds since 1970; 0 if its configuration does not say. */
function beginOf({ createdAt }: RunConfig): number {
  const milliseconds = Date.parse(createdAt);
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000;
}
