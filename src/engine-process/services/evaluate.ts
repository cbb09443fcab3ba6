import type { EngineMethods } from '../../protocol/schemas/engine';
import { splitDataset } from '../../datasets/split';
import type { Evaluation } from '../../protocol/engine';
import type { Params } from '../../protocol/rpc';
import { boundLabel } from '../../runs/bound-label';
import { evaluateModel, evenlySpread } from '../../model/evaluation';
import type { ModelEvaluation } from '../../model/evaluation';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';

type Request = Params<EngineMethods, 'evaluate'>;

/**
 * Evaluates a split with the weights of one step: each engine call takes one scheduler turn, and these turns precede training.
 * @throws RpcError `not-ready`; the signal's reason once it is aborted
 */
export async function evaluate(
  context: EngineContext,
  { split, importance = 0, limit = Infinity }: Request,
  signal: AbortSignal,
): Promise<Evaluation> {
  const dataset = await context.dataset();
  const model = await context.scheduler.turn('evaluation', () => modelOf(context));
  const { config, step } = model;
  const rows = evenlySpread(splitDataset(dataset, config.data.split)[split], limit);
  const options = { seed: config.seed, draws: 1, importance };
  const steps = evaluateModel(model, dataset, rows, options);
  const evaluation = await context.scheduler.drive('evaluation', steps, signal);
  return { ...measured(evaluation), split, step, label: boundLabel(config) };
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
