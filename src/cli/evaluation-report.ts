import type { ModelEvaluation } from '../model/evaluation';
import type { Disentanglement } from '../model/disentanglement';
import { ACTIVE_VARIANCE } from '../model/active-units';
import type { Precision } from '../vae/config';
import { formatCount } from '../text/format-count';
import { formatBound, formatNats } from './format';

/** Whatever a model was trained in, it is evaluated in single precision, so that bounds can be compared. */
const EVALUATED_IN: Precision = 'float32';

/** Conditions under which an evaluation was made. */
export interface Conditions {
  readonly split: string;
  readonly step: number;
  readonly label: string;
  /** Name of the dataset. */
  readonly data: string;
  /** In which the model was trained. */
  readonly trainedIn: Precision;
}

/** Maximum number of latent dimensions listed individually. */
const MAX_LISTED = 8;

/** Returns the --json fields: every number with the conditions it was measured under. Skipped measurements are null. */
export function evaluationFields(evaluation: ModelEvaluation, conditions: Conditions) {
  const { elbo, reconstruction, kl, standardError, count, seed, draws, likelihood, binarisation } =
    evaluation;
  const { importance, activeUnits, bitsPerDimension, posterior, klPerDimension } = evaluation;
  const { split, step, label, data, trainedIn } = conditions;
  return {
    elbo,
    reconstruction,
    kl,
    standardError,
    count,
    split,
    step,
    seed,
    draws,
    label,
    likelihood,
    binarisation,
    data,
    precision: EVALUATED_IN,
    trainedIn,
    logLikelihood: importance?.logLikelihood ?? null,
    logLikelihoodStandardError: importance?.standardError ?? null,
    k: importance?.k ?? null,
    activeUnits,
    klPerDimension: Array.from(klPerDimension),
    posteriorMeanVariance: Array.from(posterior.variances),
    bitsPerDimension,
    logLikelihoodBitsPerDimension: evaluation.logLikelihoodBitsPerDimension,
  };
}

const bits = (value: number | null): string =>
  value === null ? '' : `; ${value.toFixed(3)} bits per dimension`;

const error = (value: number): string =>
  `standard error ${Number.isFinite(value) ? value.toFixed(2) : 'unknown: one image'}`;

/** Lists the dimensions with the largest KL, like `4: 2.31`, and the total of the others, in nats. */
function klLine(klPerDimension: Float32Array): string {
  const order = Array.from(klPerDimension.keys()).sort((a, b) => klPerDimension[b]! - klPerDimension[a]!);
  const shown = order.slice(0, MAX_LISTED).map((d) => `${d}: ${formatNats(klPerDimension[d]!)}`);
  const rest = order.slice(MAX_LISTED).reduce((sum, d) => sum + klPerDimension[d]!, 0);
  const others =
    order.length > MAX_LISTED ? `, ${order.length - MAX_LISTED} others together ${formatNats(rest)}` : '';
  return `KL by dimension, nats: ${shown.join(', ')}${others}`;
}

/** Formats an evaluation as text: each number with its meaning and the conditions it was measured under. */
export function evaluationText(evaluation: ModelEvaluation, conditions: Conditions): string[] {
  const { count, importance, activeUnits, klPerDimension, seed, draws } = evaluation;
  const { split, step, label, data, trainedIn } = conditions;
  const precision = trainedIn === EVALUATED_IN ? '' : `; in ${EVALUATED_IN}, trained with ${trainedIn}`;
  const lines = [
    `${split} bound ${formatBound(evaluation)} nats per datapoint (${error(evaluation.standardError)}, ` +
      `${formatCount(count)} images)${bits(evaluation.bitsPerDimension)}`,
  ];
  if (importance) {
    lines.push(
      `${split} L_${importance.k} ${formatNats(importance.logLikelihood)} nats per datapoint ` +
        `(${error(importance.standardError)}), the importance-weighted bound: between the bound and log p(x)` +
        bits(evaluation.logLikelihoodBitsPerDimension),
    );
  }
  lines.push(
    `${formatCount(activeUnits)} of ${formatCount(klPerDimension.length)} latent dimensions are active ` +
      `(their posterior mean varies over the images by more than ${ACTIVE_VARIANCE})`,
    klLine(klPerDimension),
    `${data}, step ${formatCount(step)}, seed ${seed}, draws ${draws}; ${label}${precision}`,
  );
  return lines;
}

/** Formats the disentanglement scores, from 0 to 1, with how each is measured. */
export function disentanglementText({ factors, mig, sap, dci }: Disentanglement): string[] {
  const score = (value: number): string => value.toFixed(3);
  return [
    `disentanglement of the posterior means, from 0 to 1, over the factors ${factors.join(', ')}:`,
    `  MIG ${score(mig.score)} (mutual information gap, histograms of 20 bins)`,
    `  SAP ${score(sap.score)} (gap of single dimensions: R² of a line; balanced accuracy for the label)`,
    `  DCI disentanglement ${score(dci.disentanglement)}, completeness ${score(dci.completeness)}, ` +
      `informativeness ${score(dci.informativeness)} (lasso)`,
  ];
}
