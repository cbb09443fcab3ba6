import { binarised } from '../../datasets/sampling/binarise';
import { loadDataset } from '../../datasets/load';
import { confirmedSource } from '../../datasets/parse-source';
import type { LoadOptions } from '../../datasets/load';
import type { Dataset, Split } from '../../datasets/dataset';
import { openRows, shareRows } from '../../datasets/rows/shared-rows';
import type { SharedRows } from '../../datasets/rows/shared-rows';
import { datasetReport } from '../../datasets/report';
import type { DatasetReport } from '../../datasets/report';
import { reportLines } from '../../datasets/report-lines';
import { splitDataset } from '../../datasets/split';
import type { ReportLine } from '../../domain/report-line';
import type { ChosenEngine } from '../../engine/choose';
import type { Session } from '../../engine/engine';
import { hasRunImages, writeRunImages } from '../../runs/run-images';
import { removeRunLeftovers } from '../../runs/run-leftovers';
import type { Checkpoint } from '../../runs/checkpoint';
import { extended, isExtendedAt } from '../../runs/extension';
import type { ResumedImages } from '../../runs/metric-line';
import type { RunConfig, TrainRequest } from '../../runs/config';
import { readMetricsRecord } from '../../runs/metrics';
import type { MetricsRecord } from '../../runs/metrics';
import { learningRateOf, withLearningRate } from '../../runs/learning-rate';
import type { LearningRate } from '../../runs/learning-rate';
import { readConfig, writeConfig } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { streamsImages } from '../../training/minibatch-images';
import { parseRequest } from '../../runs/settings/parse-request';
import { planRun } from '../../training/plan';
import { requireEngineMemory, requireMemory } from '../../model/memory-need';
import { initialState, newestState } from '../../model/state';
import { requireEqualParts } from '../../runs/equal-parts';
import { candidatesOf, chooseStepSize, stepSizeNotice } from '../../training/step-size-search';
import type { TrainingMemory } from '../../training/train';
import { listImages } from '../../model/run-dataset';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { engineForNewRun, engineForResumedRun } from '../programs/choose-program';
import type { EngineOptions } from '../programs/engine-options';
import { loadOptions } from './load-options';
import { rankTask } from './rank-task';
import { ranksNotice } from './ranks-notice';
import { relocated, resumedDataset } from './resumed-dataset';
import type { ResumedDataset } from './resumed-dataset';
import { PRODUCT_VERSION } from '../product';
import { RequestError } from '../../runs/request-error';
import { requireTrained } from '../../runs/require-trained';
import type { ResumeChanges } from '../../runs/resume-changes';
import { shapeOf, trainingConfigOf } from '../../runs/run-shape';

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
  /** Report on the dataset, in words. */
  readonly report: readonly ReportLine[];
  /** Warnings for the user: skipped files, a different engine than before, a damaged checkpoint. */
  readonly notices: readonly string[];
  /** What the user decided about a resumed run, to be recorded once it goes on. */
  readonly decision: ResumeDecision | null;
}

interface ResumeDecision {
  /** For the line of the curve; null if the same images are used as before. */
  readonly images: ResumedImages | null;
  /** Writes the run's configuration, and the list of its images. */
  record(): Promise<void>;
}

export interface PrepareOptions {
  readonly runFolder: string;
  /** Null to resume the run. */
  readonly request: TrainRequest | null;
  readonly changes: ResumeChanges;
  readonly engineOptions: EngineOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Stands in for the engine in a plan until it is chosen, which takes the plan. */
const STAND_IN = { name: 'cpu', build: '', threads: 1, instructionSet: '' } as const;

function skippedNotice(dataset: Dataset): string[] {
  if (dataset.skipped.length === 0) return [];
  const listed = dataset.skipped.slice(0, 20).map(({ path, reason }) => `${path} (${reason})`);
  const more = dataset.skipped.length > 20 ? `, and ${formatCount(dataset.skipped.length - 20)} more` : '';
  return [
    `skipped ${formatCount(dataset.skipped.length)} of ${formatCount(dataset.skipped.length + dataset.count)} files: ${listed.join(', ')}${more}`,
  ];
}

/** What is probably wrong with the dataset of a new run; a resumed one has been told. */
function dataNotices({ notes }: DatasetReport): string[] {
  return notes.filter(({ level }) => level === 'warning').map(({ subject, text }) => `${subject}: ${text}`);
}

/** Returns the engine's name, its threads and the reason it was chosen, for the status. */
export function engineText({ engine, reason }: ChosenEngine): string {
  const { name, threads, device } = engine.description;
  return `${name} (${device === undefined ? '' : `${device}, `}${threads} thread${threads === 1 ? '' : 's'}): ${reason}`;
}

/**
 * Warns if a resumed run cannot repeat bit for bit: that takes the same engine, build, loop, thread count and instruction set.
 */
function engineNotices(config: RunConfig, { engine }: ChosenEngine): string[] {
  const before = config.engine;
  const now = engine.description;
  const describe = (of: RunConfig['engine']): string =>
    `${of.name} (${[of.build, ...(of.executor ? [of.executor] : []), ...(of.device ? [of.device] : []), `${of.threads} threads`, of.instructionSet].join(', ')})`;
  if (describe(before) === describe(now)) return [];
  return [
    `this run was started on ${describe(before)} and continues with ${describe(now)}: the last digits of its numbers will differ from an uninterrupted run`,
  ];
}

/**
 * Loads the dataset, plans or reads the configuration, chooses the engine and step size, and opens a session with its weights.
 * @throws DataError, RequestError, RunError, EngineError; ImagesChangedError or ImagesUnknownError if the user must decide
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { runFolder, request, engineOptions, signal, onProgress } = options;
  const before = request ? null : await readConfig(runFolder);
  if (before) requireTrained(before, 'resumed');
  const { data: place, skipChanged = false, learningRate: chosenRate, samples } = options.changes;
  const earlier = before && place ? relocated(before, place) : before;
  const candidates = request ? candidatesOf(request).map(parseRequest) : [];
  onProgress('reading images');
  const shape = earlier ? shapeOf(earlier) : candidates[0]!.shape;
  const reading: LoadOptions = {
    ...shape,
    ...loadOptions(),
    signal,
    onProgress: (done, total) => onProgress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
  };
  const recorded = before ? await readMetricsRecord(runFolder) : { rows: [], notes: [] };
  const resumed =
    before && earlier
      ? await resumedDataset({ runFolder, before, now: earlier, notes: recorded.notes, skipChanged }, reading)
      : null;
  const loaded =
    resumed?.dataset ?? (await loadDataset(await confirmedSource(candidates[0]!.source), reading));
  const environment = {
    runName: basename(runFolder),
    now: new Date(),
    product: PRODUCT_VERSION,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  const drafts = earlier ? [earlier] : candidates.map((one) => planRun(one, loaded, STAND_IN, environment));
  for (const draft of drafts) requireMemory(draft, true);
  onProgress('loading the engine');
  const engine = earlier
    ? await engineForResumedRun(engineOptions, earlier.engine, earlier.training.precision)
    : await engineForNewRun(engineOptions, drafts[0]!, loaded.count, { signal, onProgress });
  const plans = earlier
    ? [earlier]
    : drafts.map((draft) => ({ ...draft, engine: engine.engine.description }));
  for (const plan of plans) requireEngineMemory(plan, true, engine.engine);
  const { ranks } = engine.engine;
  if (ranks) for (const { training } of plans) requireEqualParts(training.minibatch, ranks.devices);
  const { data } = plans[0]!;
  const streamed = streamsImages(plans[0]!, loaded.images, engine.engine) ? shareRows(loaded.images) : null;
  const images = streamed ? { ...loaded, images: openRows(streamed) } : loaded;
  const dataset = binarised(images, data.binarisation, data.split.seed);
  const resident = streamed ? null : dataset.images.resident;
  const split = splitDataset(images, data.split);
  if (split.train.length < 1) throw new RequestError('the split leaves no images to train on');
  if (ranks) {
    onProgress('waiting for the other ranks to read their images');
    await ranks.tellConfig(rankTask(plans[0]!, images.numbers));
  }
  const planned = await chooseStepSize(engine.engine, plans, {
    ...{ split, resident, streamed: streamed && images.images, signal },
    onProgress: (message) => {
      onProgress(message);
      return setImmediate();
    },
  });
  if (!earlier) {
    await writeConfig(runFolder, planned);
    // Before binarisation. The built-in digits are always there.
    if (planned.data.source.kind !== 'digits')
      await writeRunImages(runFolder, await listImages(images, split, signal));
  }

  const report = datasetReport(loaded, data.split);
  const chosen = earlier ? null : stepSizeNotice(planned);
  const notices = [
    ...skippedNotice(dataset),
    ...(earlier ? [] : dataNotices(report)),
    ...(resumed?.notices ?? []),
    ...(engine.notice === undefined ? [] : [engine.notice]),
    ...(earlier ? engineNotices(earlier, engine) : []),
    ...(chosen === null ? [] : [chosen]),
  ];
  await removeRunLeftovers(runFolder);
  const newest = earlier ? await newestState(runFolder, planned, (message) => notices.push(message)) : null;
  const checkpoint = newest?.checkpoint;
  const step = checkpoint?.step ?? 0;
  const config = earlier && samples !== undefined ? extended(earlier, step, samples) : planned;
  const seconds = recorded.rows.findLast((row) => row.step <= step)?.seconds ?? 0;
  const learningRate =
    chosenRate === undefined ? learningRateOf(config, recorded.notes) : { value: chosenRate, recoveries: 0 };
  const session = await openSession({ engine, config, split, resident }, learningRate.value);
  await session.load(newest?.state ?? initialState(config));
  // A run that goes on has been told.
  if (ranks && !earlier) notices.push(ranksNotice(ranks.count, await ranks.measure(session)));
  const start = startAt(config, checkpoint, seconds);
  const decision =
    resumed && (await decisionOn(resumed, { runFolder, before, config, images, split, signal }));
  return {
    ...{
      config,
      dataset,
      streamed,
      split,
      session,
      resident,
      engine,
      start,
      learningRate,
      recorded,
      report: reportLines(report),
      notices,
    },
    decision,
  };
}

async function decisionOn(
  { images: chosen, list }: ResumedDataset,
  of: Pick<PrepareOptions, 'runFolder' | 'signal'> &
    Pick<Prepared, 'config' | 'split'> & { readonly before: RunConfig | null; readonly images: Dataset },
): Promise<ResumeDecision | null> {
  const { runFolder, before, config, images, split, signal } = of;
  const { kind } = config.data.source;
  const isListed = chosen === null && (kind === 'digits' || (await hasRunImages(runFolder)));
  if (list === null && isListed && config === before) return null;
  return {
    images: chosen,
    async record() {
      if (list !== null || !isListed)
        await writeRunImages(runFolder, list ?? (await listImages(images, split, signal)));
      if (config !== before) await writeConfig(runFolder, config);
    },
  };
}

/** Returns where training goes on: at a checkpoint, or at its start. @param seconds of training until there */
export function startAt(
  config: RunConfig,
  checkpoint: Checkpoint | undefined,
  seconds: number,
): Prepared['start'] {
  const { step = 0, best = null, row = null } = checkpoint ?? {};
  const { patience } = config.training;
  // Whoever asks for more of a run whose bound has settled does not want it to end at the next validation.
  const isSettled = best !== null && patience > 0 && best.epochsSince >= patience;
  const again = isSettled && isExtendedAt(config, step);
  return { step, seconds, best: again ? { ...best, epochsSince: 0 } : best, row };
}

/** Opens a session that trains with this learning rate. */
export function openSession(
  { engine, config, split, resident }: Pick<Prepared, 'engine' | 'config' | 'split' | 'resident'>,
  learningRate: number,
): Promise<Session> {
  const training = trainingConfigOf(withLearningRate(config, learningRate), split);
  return engine.engine.open(config.model, training, resident);
}
