import { binarised } from '../../datasets/sampling/binarise';
import { loadDataset } from '../../datasets/load';
import type { Dataset, Split } from '../../datasets/dataset';
import { openRows, shareRows } from '../../datasets/rows/shared-rows';
import type { SharedRows } from '../../datasets/rows/shared-rows';
import { splitDataset } from '../../datasets/split';
import { chooseEngine } from '../../engine/choose';
import type { ChosenEngine, EngineChoice } from '../../engine/choose';
import type { Session } from '../../engine/engine';
import type { RunConfig, TrainRequest } from '../../runs/config';
import { readMetricsRecord } from '../../runs/metrics';
import type { MetricsRecord } from '../../runs/metrics';
import { learningRateOf, withLearningRate } from '../../runs/learning-rate';
import type { LearningRate } from '../../runs/learning-rate';
import { RunError } from '../../runs/run-error';
import { removeRunLeftovers } from '../../runs/run-leftovers';
import { readConfig, writeConfig } from '../../runs/store';
import { isNativePresent, nativeFolder } from '../../setup/locations.mjs';
import { streamsImages } from '../../training/minibatch-images';
import { parseRequest, planRun } from '../../training/plan';
import { requireMemory } from '../../model/memory-need';
import { initialState, newestState } from '../../model/state';
import { candidatesOf, chooseStepSize, stepSizeNotice } from '../../training/step-size-search';
import type { TrainingMemory } from '../../training/train';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { loadOptions } from './load-options';
import { PRODUCT_VERSION } from '../product';
import { RequestError } from '../../runs/request-error';
import { shapeOf, trainingConfigOf } from '../../runs/run-shape';

export interface EngineOptions {
  readonly engine: EngineChoice;
  readonly threads: number | null;
}

/** Inputs of the training loop, opened and validated. */
export interface Prepared {
  readonly config: RunConfig;
  /** The dataset in the model's shape, binarised if the run's configuration says so. */
  readonly dataset: Dataset;
  /** The images before binarisation, to stream with the chunks; null if they are resident in the session. */
  readonly streamed: SharedRows | null;
  readonly split: Split;
  readonly session: Session;
  /** Images to keep in a session, as the model sees them; null if chunks stream them. */
  readonly resident: Uint8Array | null;
  readonly engine: ChosenEngine;
  readonly start: { readonly step: number; readonly seconds: number } & TrainingMemory;
  readonly learningRate: LearningRate;
  /** What metrics.jsonl records so far; empty for a new run. */
  readonly recorded: MetricsRecord;
  /** Warnings for the user: skipped files, a different engine than before, a damaged checkpoint. */
  readonly notices: readonly string[];
}

export interface PrepareOptions {
  readonly runFolder: string;
  /** Null to resume the run. */
  readonly request: TrainRequest | null;
  /** Learning rate from the next step on; null to keep the run's. */
  readonly learningRate: number | null;
  readonly engineOptions: EngineOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Chooses the engine for these options on this machine. */
export function engineFor({ engine, threads }: EngineOptions): Promise<ChosenEngine> {
  return chooseEngine({ engine, threads, nativeFolder: isNativePresent() ? nativeFolder() : null });
}

function skippedNotice(dataset: Dataset): string[] {
  if (dataset.skipped.length === 0) return [];
  const listed = dataset.skipped.slice(0, 20).map(({ path, reason }) => `${path} (${reason})`);
  const more = dataset.skipped.length > 20 ? `, and ${dataset.skipped.length - 20} more` : '';
  return [
    `skipped ${dataset.skipped.length} of ${dataset.skipped.length + dataset.count} files: ${listed.join(', ')}${more}`,
  ];
}

/** Returns the engine's name, its threads and the reason it was chosen, for the status. */
export function engineText({ engine, reason }: ChosenEngine): string {
  const { name, threads } = engine.description;
  return `${name} (${threads} thread${threads === 1 ? '' : 's'}): ${reason}`;
}

/** Warns if a resumed run cannot repeat bit for bit: that takes the same engine, build, thread count and instruction set. */
function engineNotices(config: RunConfig, { engine }: ChosenEngine): string[] {
  const before = config.engine;
  const now = engine.description;
  const describe = (of: RunConfig['engine']): string =>
    `${of.name} (${of.build}, ${of.threads} threads, ${of.instructionSet})`;
  if (describe(before) === describe(now)) return [];
  return [
    `this run was started on ${describe(before)} and continues with ${describe(now)}: the last digits of its numbers will differ from an uninterrupted run`,
  ];
}

/**
 * Loads the dataset, plans or reads the configuration, chooses the engine and step size, and opens a session with its weights.
 * @throws DataError, RequestError, RunError, EngineError
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { runFolder, request, engineOptions, signal, onProgress } = options;
  const earlier = request ? null : await readConfig(runFolder);
  const candidates = request ? candidatesOf(request).map(parseRequest) : [];
  onProgress('reading images');
  const shape = earlier ? shapeOf(earlier) : candidates[0]!.shape;
  const loaded = await loadDataset(request ? request.source : earlier!.data.source, {
    ...shape,
    ...loadOptions(),
    signal,
    onProgress: (done, total) => onProgress(`reading images ${done} / ${total}`),
  });
  if (earlier && earlier.data.fingerprint !== loaded.fingerprint) {
    throw new RunError(
      `the dataset is not the one this run was started on: ${loaded.count} images with fingerprint ${loaded.fingerprint.slice(0, 12)}, ` +
        `expected ${earlier.data.count} with ${earlier.data.fingerprint.slice(0, 12)}. Bring the files back, or start a new run.`,
    );
  }
  onProgress('loading the engine');
  const engine = await engineFor(engineOptions);
  const environment = {
    runName: basename(runFolder),
    now: new Date(),
    product: PRODUCT_VERSION,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  const plans = earlier
    ? [earlier]
    : candidates.map((one) => planRun(one, loaded, engine.engine.description, environment));
  for (const plan of plans) requireMemory(plan, true);
  const { data } = plans[0]!;
  const streamed = streamsImages(plans[0]!, loaded.images) ? shareRows(loaded.images) : null;
  const images = streamed ? { ...loaded, images: openRows(streamed) } : loaded;
  const dataset = binarised(images, data.binarisation, data.split.seed);
  const resident = streamed ? null : dataset.images.resident;
  const split = splitDataset(images, data.split);
  if (split.train.length < 1) throw new RequestError('the split leaves no images to train on');
  const config = await chooseStepSize(engine.engine, plans, {
    ...{ split, resident, streamed: streamed && images.images, signal },
    onProgress: (message) => {
      onProgress(message);
      return setImmediate();
    },
  });
  if (!earlier) await writeConfig(runFolder, config);

  const chosen = earlier ? null : stepSizeNotice(config);
  const notices = [
    ...skippedNotice(dataset),
    ...(earlier ? engineNotices(earlier, engine) : []),
    ...(chosen === null ? [] : [chosen]),
  ];
  await removeRunLeftovers(runFolder);
  const newest = earlier ? await newestState(runFolder, config, (message) => notices.push(message)) : null;
  const checkpoint = newest?.checkpoint;
  const recorded = earlier ? await readMetricsRecord(runFolder) : { rows: [], notes: [] };
  const step = checkpoint?.step ?? 0;
  const seconds = recorded.rows.findLast((row) => row.step <= step)?.seconds ?? 0;
  const learningRate =
    options.learningRate === null
      ? learningRateOf(config, recorded.notes)
      : { value: options.learningRate, recoveries: 0 };
  const session = await openSession({ engine, config, split, resident }, learningRate.value);
  await session.load(newest?.state ?? initialState(config));
  const start = { step, seconds, best: checkpoint?.best ?? null, row: checkpoint?.row ?? null };
  return {
    ...{
      recorded,
      config,
      dataset,
      streamed,
      split,
      session,
      resident,
      engine,
      start,
      learningRate,
      notices,
    },
  };
}

/** Opens a session that trains with this learning rate. */
export function openSession(
  { engine, config, split, resident }: Pick<Prepared, 'engine' | 'config' | 'split' | 'resident'>,
  learningRate: number,
): Promise<Session> {
  const training = trainingConfigOf(withLearningRate(config, learningRate), split);
  return engine.engine.open(config.model, training, resident);
}
