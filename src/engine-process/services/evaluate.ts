import { SPLIT_NAMES } from '../../datasets/dataset';
import type { SplitName } from '../../datasets/dataset';
import { splitDataset } from '../../datasets/split';
import type { EngineMethods, Evaluation } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import { boundLabel } from '../../runs/bound-label';
import { evaluateModel, evenlySpread } from '../../model/evaluation';
import type { ModelEvaluation } from '../../model/evaluation';
import type { EngineContext } from '../context';

type Request = Params<EngineMethods, 'evaluate'>;

/** Maximum importance draws per image in a request; a million draws take minutes. */
const MAX_IMPORTANCE_DRAWS = 1_000_000;

function checked({ split, importance = 0, limit = Infinity }: Request) {
  if (!SPLIT_NAMES.includes(split as SplitName)) {
    throw new RpcError('bad-input', `split: got '${split}', expected one of ${SPLIT_NAMES.join(', ')}`);
  }
  if (!Number.isSafeInteger(importance) || importance < 0 || importance > MAX_IMPORTANCE_DRAWS) {
    const expected = `expected a whole number from 0 to ${MAX_IMPORTANCE_DRAWS}`;
    throw new RpcError('bad-input', `importance: got ${importance}, ${expected}`);
  }
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1)) {
    throw new RpcError('bad-input', `limit: got ${limit}, expected a whole number of at least 1`);
  }
  return { split: split as SplitName, importance, limit };
}

/**
 * Evaluates a split with the weights of one step: each engine call takes one scheduler turn, and these turns precede training.
 * @throws RpcError for an invalid request; the signal's reason once it is aborted
 */
export async function evaluate(
  context: EngineContext,
  request: Request,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { split, importance, limit } = checked(request);
  const dataset = await context.dataset();
  const model = await context.scheduler.turn('evaluation', () => context.model());
  if (!model) throw new RpcError('not-ready', 'the model is not ready yet: the run is still being prepared');
  const { config, step } = model;
  const rows = evenlySpread(splitDataset(dataset, config.data.split)[split], limit);
  const options = { seed: config.seed, draws: 1, importance };
  const evaluation = evaluateModel(model, dataset, rows, options);
  for (;;) {
    signal.throwIfAborted();
    const next = await context.scheduler.turn('evaluation', () => evaluation.next());
    if (next.done) return { ...measured(next.value), split, step, label: boundLabel(config) };
  }
}

function measured(evaluation: ModelEvaluation): Omit<Evaluation, 'split' | 'step' | 'label'> {
  const { count, elbo, reconstruction, kl, standardError, klPerDimension, seed, draws } = evaluation;
  const { activeUnits, bitsPerDimension, importance, logLikelihoodBitsPerDimension } = evaluation;
  return {
    count,
    elbo,
    reconstruction,
    kl,
    standardError,
    klPerDimension,
    seed,
    samplesPerDatapoint: draws,
    activeUnits,
    bitsPerDimension,
    importance: importance && {
      k: importance.k,
      value: importance.logLikelihood,
      standardError: importance.standardError,
      bitsPerDimension: logLikelihoodBitsPerDimension,
    },
  };
}
