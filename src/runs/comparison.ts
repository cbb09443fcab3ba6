import type { Bound, MetricRow } from '../domain/metrics';
import type { RunConfig } from './config';
import { bestOf } from '../domain/curve-rows';
import { boundLabel } from './bound-label';
import { readMetrics } from './metrics';
import { settingRows } from './setting-rows';
import { readRun } from './store';
import type { RunRecord } from './store';
import type { ComparedRun, RunComparison } from '../domain/run-comparison';

const bound = ({ elbo, reconstruction, kl }: Bound): Bound => ({ elbo, reconstruction, kl });

function figures(
  { folder, name, about, config, outcome }: RunRecord,
  rows: readonly MetricRow[],
): ComparedRun {
  const last = rows.at(-1);
  // Not the record's, for which only the end of a very long file is read.
  const best = bestOf(rows);
  const train = rows.findLast((row) => row.type === 'train');
  const validation = rows.findLast((row) => row.type === 'validation');
  return {
    ...{
      folder,
      name: about.name || name,
      preset: config.preset,
      dataset: config.data.name,
      latent: config.model.latent,
      outcome,
    },
    step: last?.step ?? 0,
    samples: last?.samples ?? 0,
    seconds: last?.seconds ?? 0,
    train: train ? bound(train) : null,
    validation: validation ? bound(validation) : null,
    best: best && { step: best.step, elbo: best.elbo },
    label: boundLabel(config),
  };
}

/** Returns warnings about differences that make the runs' bounds incomparable. */
export function cautionsOf(configs: readonly RunConfig[]): string[] {
  const distinct = (of: (config: RunConfig) => string): string[] => [...new Set(configs.map(of))];
  const likelihoods = distinct(({ model, opened }) =>
    opened === undefined ? model.likelihood : 'not known of a model that was trained elsewhere',
  );
  const binarisations = distinct(({ data }) => data.binarisation);
  const images = distinct(({ data }) => data.fingerprint);
  const shapes = distinct(
    ({ data }) => `${data.name}, ${data.count} images of ${data.width} × ${data.height} × ${data.channels}`,
  );
  const splits = distinct(({ data: { split } }) => `${split.validation} ${split.test} ${split.seed}`);
  const cautions: string[] = [];
  if (likelihoods.length > 1)
    cautions.push(`Bounds cannot be compared: likelihoods differ (${likelihoods.join(', ')}).`);
  if (binarisations.length > 1)
    cautions.push(
      `Bounds cannot be compared: the binarisation of the images differs (${binarisations.join(', ')}).`,
    );
  if (images.length > 1) {
    const which = shapes.length > 1 ? ` (${shapes.join('; ')})` : '';
    cautions.push(`Bounds cannot be compared: the runs have different images${which}.`);
  } else if (splits.length > 1)
    cautions.push('Bounds of validation images cannot be compared: the images are split differently.');
  return cautions;
}

/** A run's record with its metric rows. */
export interface RunReading {
  readonly record: RunRecord;
  readonly rows: readonly MetricRow[];
}

/** Reads a run for comparison. @throws RunError if the folder is not a run */
export async function readForComparison(folder: string): Promise<RunReading> {
  return { record: await readRun(folder), rows: await readMetrics(folder) };
}

/** Compares runs that have been read: figures, settings and warnings. */
export function comparisonOf(readings: readonly RunReading[]): RunComparison {
  const configs = readings.map(({ record }) => record.config);
  return {
    runs: readings.map(({ record, rows }) => figures(record, rows)),
    settings: settingRows(configs),
    cautions: cautionsOf(configs),
  };
}

/** Reads and compares runs. @throws RunError if a folder is not a run */
export async function compareRuns(folders: readonly string[]): Promise<RunComparison> {
  return comparisonOf(await Promise.all(folders.map(readForComparison)));
}

const PARTS_PER_DECADE = 400;

/** Thins rows for a curve on a logarithmic axis: keeps the first of each 1/400 decade of samples and the last of each type. */
export function thinnedRows(rows: readonly MetricRow[]): MetricRow[] {
  const seen = new Set<string>();
  const ends = new Set<MetricRow | undefined>([
    rows.findLast((row) => row.type === 'train'),
    rows.findLast((row) => row.type === 'validation'),
  ]);
  return rows.filter((row) => {
    const part = `${row.type} ${Math.floor(Math.log10(Math.max(1, row.samples)) * PARTS_PER_DECADE)}`;
    if (seen.has(part) && !ends.has(row)) return false;
    seen.add(part);
    return true;
  });
}
