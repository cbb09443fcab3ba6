import type { Split } from '../datasets/dataset';
import type { ImageRows } from '../datasets/rows/image-rows';
import type { Engine, Session } from '../engine/engine';
import type { RunConfig, TrainRequest } from '../runs/config';
import { ChunkSource } from './chunk-source';
import { maxSteps } from './minibatch-images';
import { WHOLE_MINIBATCH } from './minibatch-part';
import type { MinibatchPart } from './minibatch-part';
import { initialState } from '../model/state';
import { RequestError } from '../runs/request-error';
import { trainingConfigOf } from '../runs/run-shape';

/** Steps of a trial: "the first few iterations" of the paper's section 5. */
const TRIAL_STEPS = 1000;
/** Steps at the end of a trial over which the bound is averaged. */
const COUNTED_STEPS = 100;
const STEPS_PER_CALL = 50;

const KEYS = ['learningRate', 'training.optimizer.learningRate'];

/** The result of one step size. */
interface StepSizeTrial {
  readonly learningRate: number;
  /** Mean bound of the trial's last minibatches, in nats per datapoint; null if training diverged. */
  readonly bound: number | null;
}

/** Returns one request per step size listed: `learningRate=0.01,0.02,0.1` gives three. */
export function candidatesOf(request: TrainRequest): readonly TrainRequest[] {
  const key = KEYS.findLast((name) => request.set[name]?.includes(','));
  if (key === undefined) return [request];
  const texts = request.set[key]!.split(',');
  return texts.map((text) => ({ ...request, set: { ...request.set, [key]: text } }));
}

async function trialBound(
  session: Session,
  config: RunConfig,
  split: Split,
  streamed: ImageRows | null,
  part: MinibatchPart,
  onStep: (step: number) => Promise<void>,
): Promise<number | null> {
  await session.load(initialState(config));
  const source = new ChunkSource(config, split.train, streamed, null, part);
  const total = Math.min(TRIAL_STEPS, Math.ceil(config.training.samples / config.training.minibatch));
  const last: number[] = [];
  const limit = streamed ? Math.min(STEPS_PER_CALL, maxSteps(config)) : STEPS_PER_CALL;
  for (let step = 0; step < total; step += limit) {
    const steps = Math.min(limit, total - step);
    const { elbo } = await session.train(source.chunk(step, steps));
    if (!elbo.every(Number.isFinite)) return null;
    last.push(...elbo);
    last.splice(0, last.length - COUNTED_STEPS);
    await onStep(step + steps);
  }
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

export interface TrialEnvironment {
  readonly split: Split;
  /** Images to keep in the session, as the model sees them; null if chunks stream them. */
  readonly resident: Uint8Array | null;
  /** Images before binarisation if chunks stream them, else null. */
  readonly streamed: ImageRows | null;
  readonly signal: AbortSignal;
  /** Awaited between engine calls, which block the thread, so that other work can run. */
  readonly onProgress: (message: string) => Promise<void>;
}

/**
 * Chooses the step size like the paper: the one with the best training bound after the first iterations, all from the same
 * initial parameters, with the same minibatches and noise.
 * @param configs identical except for the step size @returns the best configuration, with the results of all trials
 * @throws RequestError if training diverges with every step size
 */
export async function chooseStepSize(
  engine: Engine,
  configs: readonly RunConfig[],
  { split, resident, streamed, signal, onProgress }: TrialEnvironment,
): Promise<RunConfig> {
  if (configs.length === 1) return configs[0]!;
  const trials: StepSizeTrial[] = [];
  for (const config of configs) {
    const { learningRate } = config.training.optimizer;
    const part = engine.ranks ?? WHOLE_MINIBATCH;
    const session = await engine.open(config.model, trainingConfigOf(config, split), resident);
    try {
      const bound = await trialBound(session, config, split, streamed, part, async (step) => {
        await onProgress(`trying step size ${learningRate}: step ${step}`);
        signal.throwIfAborted();
      });
      trials.push({ learningRate, bound });
    } finally {
      session.dispose();
    }
  }
  const bounds = trials.map(({ bound }) => bound ?? -Infinity);
  const best = bounds.indexOf(Math.max(...bounds));
  if (bounds[best] === -Infinity) {
    const tried = trials.map(({ learningRate }) => learningRate);
    throw new RequestError(
      `training diverges with each step size: got ${tried.join(', ')}, expected one that does not; try ${Math.min(...tried) / 10}`,
    );
  }
  const config = configs[best]!;
  return { ...config, training: { ...config.training, stepSizes: trials } };
}

/** Describes the trials for the user; null if only one step size was given. */
export function stepSizeNotice({ training }: RunConfig): string | null {
  if (!training.stepSizes) return null;
  const found = training.stepSizes.map(
    ({ learningRate, bound }) => `${learningRate} (${bound === null ? 'diverged' : bound.toFixed(2)})`,
  );
  return `step size ${training.optimizer.learningRate}, by the training bound of the first steps: ${found.join(', ')}`;
}
