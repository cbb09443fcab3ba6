import { EngineError } from '../../engine/choose';
import type { ChosenEngine } from '../../engine/choose';
import type { EngineDescription } from '../../engine/engine';
import { coreCount } from '../../engine/processor';
import { fewerThreads, programsFor, programText } from '../../engine/program';
import type { EngineProgram } from '../../engine/program';
import { hasFastXla } from '../../engine/tensorflow/executor';
import type { RunConfig } from '../../runs/config';
import { isNativePresent, nativeCandidates, nativeFolder } from '../../setup/locations.mjs';
import type { Precision } from '../../vae/config';
import { trainingOperations } from '../../training/arithmetic';
import { precisionText, withFloat32 } from './compare-precisions';
import { cardsToCompare, engineOnCard, usualEngine } from './card';
import type { CardSearch } from './card';
import { engineFor } from './engine-options';
import type { EngineOptions } from './engine-options';
import { keepTimes, readTimes, timesFile } from './kept-times';
import { canTime, timeInChild } from './time-in-child';
import type { TimingRequest } from './time-in-child';
import { areDisturbed, fastest, timePrograms } from './time-programs';
import type { ProgramTime } from './time-programs';

/** Floating-point operations from which a run is long enough for a measurement to pay: some tens of seconds on two cores. */
const WORTH_TIMING = 5e12;

const AS_BEGUN = 'as when this run began';

/** Set to anything, it switches the measurement off: the same choice on every machine and at any load. */
const SWITCHED_OFF = 'LATENT_EXPLORER_NO_TIMING';

export interface TimingEnvironment {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  /** Times one program; null where it cannot be done. Default: in a child process. */
  readonly time?: ((request: TimingRequest, signal: AbortSignal) => Promise<ProgramTime>) | null;
  /** Folder of the cache. */
  readonly cache?: string;
  /** Looks for graphics cards. Default: in child processes. */
  readonly cards?: CardSearch;
}

/** Programs to compare for a model, and further numbers of threads for the fastest of them. */
interface Comparison {
  readonly programs: readonly EngineProgram[];
  readonly threads: readonly number[];
}

async function comparisonFor(
  options: EngineOptions,
  { model, training }: RunConfig,
  cards: CardSearch | undefined,
): Promise<Comparison> {
  const { engine, threads } = options;
  const folder = isNativePresent() ? nativeFolder() : null;
  const tensorflow = nativeCandidates().find((each) => each.folder === folder)?.tensorflow;
  const available = {
    choice: engine,
    hasFastXla: tensorflow === undefined ? null : hasFastXla(tensorflow),
    isConvolutional: model.convolution !== null,
    precision: training.precision,
    ...(await cardsToCompare(options, cards)),
  };
  const most = threads ?? coreCount();
  // JAX is asked for by its name, mostly for a graphics card, which has threads of its own.
  const mayTakeFewer = threads === null && engine !== 'jax';
  const programs = programsFor(available, most);
  // Who insists on a graphics card compares nothing with it.
  const insisted =
    options.device === 'gpu' && (available.adapter ?? available.cuda)
      ? programs.filter(({ adapter }) => adapter)
      : programs;
  return { programs: insisted, threads: mayTakeFewer ? fewerThreads(most) : [] };
}

/**
 * Returns how fast each program that these options allow trains a model here: what was measured before, or else a new measurement,
 * which is kept unless other processes disturbed it.
 * @param count of images in the dataset @param isAnew whether earlier measurements are ignored
 */
export async function programTimes(
  options: EngineOptions,
  config: RunConfig,
  count: number,
  isAnew: boolean,
  { signal, onProgress, time = canTime ? timeInChild : null, cache, cards }: TimingEnvironment,
): Promise<readonly ProgramTime[]> {
  if (time === null) return [];
  const comparison = await comparisonFor(options, config, cards);
  const { programs, threads } = comparison;
  const file = keptFile(comparison, config, cache);
  const kept = isAnew ? null : await readTimes(file);
  if (kept) return kept;
  const measured = await timePrograms(
    programs,
    threads,
    (program) => time({ program, config, count }, signal),
    (program) => onProgress(`measuring ${programText(program)}`),
  );
  if (fastest(measured) && !areDisturbed(measured)) await keepTimes(file, measured);
  return measured;
}

/** Returns whether what a measurement may save is more than what it takes. */
async function isWorthTiming(
  options: EngineOptions,
  config: RunConfig,
  cards: CardSearch | undefined,
): Promise<boolean> {
  if (process.env[SWITCHED_OFF] || trainingOperations(config) < WORTH_TIMING) return false;
  const { programs, threads } = await comparisonFor(options, config, cards);
  return programs.length + threads.length > 1;
}

/** The program that is fastest here. */
interface FastestProgram {
  readonly program: EngineProgram;
  readonly secondsPerStep: number;
  /** Number of programs that it was compared with, and itself. */
  readonly of: number;
}

/**
 * Returns what trains a new run fastest, of what the options allow, measured on the model itself; null where the run is too short for
 * that, or the machine is not quiet enough.
 * @param count of images in the dataset
 */
async function fastestForNewRun(
  options: EngineOptions,
  config: RunConfig,
  count: number,
  environment: TimingEnvironment,
): Promise<FastestProgram | null> {
  if (!(await isWorthTiming(options, config, environment.cards))) return null;
  return fastestOf(await programTimes(options, config, count, false, environment));
}

/** What a new run of this configuration is known to be trained by, from an earlier measurement; null if there is none. */
export async function knownFastest(
  options: EngineOptions,
  config: RunConfig,
  cache?: string,
): Promise<FastestProgram | null> {
  if (!(await isWorthTiming(options, config, undefined))) return null;
  const comparison = await comparisonFor(options, config, undefined);
  return fastestOf((await readTimes(keptFile(comparison, config, cache))) ?? []);
}

function keptFile({ programs, threads }: Comparison, config: RunConfig, cache?: string): string {
  return timesFile(config, JSON.stringify([programs, threads]), cache);
}

function fastestOf(times: readonly ProgramTime[]): FastestProgram | null {
  const program = fastest(times);
  const secondsPerStep = times.find((time) => time.program === program)?.secondsPerStep ?? null;
  if (!program || secondsPerStep === null || areDisturbed(times)) return null;
  return { program, secondsPerStep, of: times.length };
}

/** Chooses what trains a new run: what is fastest here, or else the usual engine. Parameters as `fastestForNewRun`. */
export async function engineForNewRun(
  options: EngineOptions,
  config: RunConfig,
  count: number,
  environment: TimingEnvironment,
): Promise<ChosenEngine> {
  const { precision } = config.training;
  const best = await fastestForNewRun(options, config, count, environment);
  if (best === null) return usualEngine(options, precision, environment.cards);
  const notice = await slowerNotice(best, options, config, count, environment);
  try {
    const { program } = best;
    const { engine } = await engineFor(program, program.executor, precision, program.adapter);
    const reason = `the fastest of ${best.of} measured here`;
    return { engine, reason, ...(notice === null ? {} : { notice }) };
  } catch (error) {
    // What was measured earlier may have gone since.
    if (error instanceof EngineError) return usualEngine(options, precision, environment.cards);
    throw error;
  }
}

/** Says that a run would train faster with products of float32; null if it has them, or it would not, or that is not known. */
async function slowerNotice(
  { secondsPerStep }: FastestProgram,
  options: EngineOptions,
  config: RunConfig,
  count: number,
  environment: TimingEnvironment,
): Promise<string | null> {
  if (config.training.precision === 'float32') return null;
  const plain = await fastestForNewRun(options, withFloat32(config), count, environment);
  return plain === null || plain.secondsPerStep >= secondsPerStep
    ? null
    : precisionText(secondsPerStep, plain.secondsPerStep);
}

/**
 * Chooses what a run goes on with: what it began with, as far as the options leave that open and this machine has it.
 * @param before the engine that the run began with @param precision of its products
 * @throws EngineError if this machine does not have what the options insist on
 */
export async function engineForResumedRun(
  options: EngineOptions,
  before: EngineDescription,
  precision: Precision,
  cards?: CardSearch,
): Promise<ChosenEngine> {
  const { engine, device = 'auto' } = options;
  const isKept = before.name !== 'cpu' && (engine === 'auto' || engine === before.name);
  const wanted = { ...options, threads: options.threads ?? Math.min(before.threads, coreCount()) };
  // The same engine on the card: ONNX Runtime or TensorFlow.
  const onCard = isKept && before.device !== undefined ? { ...wanted, engine: before.name } : wanted;
  if (device === 'gpu') return engineOnCard(onCard, precision, cards);
  if (device === 'auto' && isKept && before.device !== undefined)
    return engineOnEarlierCard(onCard, wanted, before.device, precision, cards);
  if (!isKept || engine !== 'auto')
    return engineFor(wanted, isKept ? (before.executor ?? null) : null, precision);
  try {
    const chosen = await engineFor({ ...wanted, engine: before.name }, before.executor ?? null, precision);
    return { ...chosen, reason: AS_BEGUN };
  } catch (error) {
    // This machine does not have it: a notice will say what the run goes on with.
    if (error instanceof EngineError) return engineFor(wanted, null, precision);
    throw error;
  }
}

/** Chooses what a run goes on with that began on a graphics card: that, or the processor and why. */
async function engineOnEarlierCard(
  onCard: EngineOptions,
  wanted: EngineOptions,
  name: string,
  precision: Precision,
  cards: CardSearch | undefined,
): Promise<ChosenEngine> {
  try {
    return { ...(await engineOnCard(onCard, precision, cards)), reason: AS_BEGUN };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const chosen = await engineFor(wanted, null, precision);
    return { ...chosen, notice: `this run began on ${name}, which cannot be used now: ${error.message}` };
  }
}
