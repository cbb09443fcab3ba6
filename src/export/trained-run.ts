import { newestState } from '../model/state';
import type { RunConfig } from '../runs/config';
import { RunError } from '../runs/run-error';
import { OPENED_STEP, readConfig } from '../runs/store';
import type { Parameters } from '../vae/parameters';

/** A run with the weights of its newest usable checkpoint: what all exports are made of. */
export interface TrainedRun {
  readonly folder: string;
  readonly config: RunConfig;
  /** None of a model that was trained elsewhere. */
  readonly parameters: Parameters<Float32Array>;
  /** Training step of the weights. */
  readonly step: number;
}

/** @throws RunError if the folder is not a run or has no usable checkpoint */
export async function openTrainedRun(folder: string): Promise<TrainedRun> {
  const config = await readConfig(folder);
  if (config.opened !== undefined) return { folder, config, parameters: {}, step: OPENED_STEP };
  const newest = await newestState(folder, config);
  if (!newest) throw new RunError(`${folder} has no usable checkpoint to export. Resume or repeat the run.`);
  return { folder, config, parameters: newest.state.parameters, step: newest.checkpoint.step };
}

/** A file of an export: its path below the folder of the export, with '/', and its content in pieces. */
export interface ExportedFile {
  readonly name: string;
  readonly content: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Returns the product that made a run, by its name and version: config.json has the name as packages have it. */
export const productOf = ({ versions }: Pick<RunConfig, 'versions'>): string =>
  `Latent Explorer ${versions.product.replace(/^latent-explorer /, '')}`;

/** Facts about a run that its exports carry, as texts. Names and paths come from others: they may hold any character. */
export function factsOf({ config, step }: TrainedRun): Readonly<Record<string, string>> {
  const { data, model, opened, preset, name } = config;
  return {
    run: name,
    preset,
    step: String(step),
    dataset: data.name,
    fingerprint: data.fingerprint,
    width: String(data.width),
    height: String(data.height),
    channels: String(data.channels),
    likelihood: opened === undefined ? model.likelihood : 'not known',
    latent: String(model.latent),
    product: productOf(config),
  };
}
