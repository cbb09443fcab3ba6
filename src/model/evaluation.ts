import type { Dataset } from '../datasets/dataset';
import type { ImageBounds } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { requireTrained } from '../runs/require-trained';
import { posteriorMeans } from './active-units';
import type { PosteriorMeans } from './active-units';
import { bitsPerDimension } from './bits-per-dimension';
import { evaluateRows } from './bounds';
import type { BoundSummary } from '../domain/metrics';
import type { EvaluationNoise } from './bounds';
import { importanceRows } from './importance';
import type { ImportanceSummary } from './importance';
import type { Model } from './model';

export interface EvaluationOptions extends EvaluationNoise {
  /** k of the importance-weighted bound; 0 skips it, by far the slowest part. */
  readonly importance: number;
}

/** Bounds per image, in the order of the rows; nats. */
export interface PerImage {
  readonly elbo: Float64Array;
  readonly reconstruction: Float64Array;
  readonly kl: Float64Array;
  /** L_k per image; null if it was skipped. */
  readonly logLikelihood: Float64Array | null;
}

/** The result of evaluating a model on some images. In nats per datapoint unless stated otherwise. */
export interface ModelEvaluation extends BoundSummary, EvaluationNoise {
  readonly likelihood: RunConfig['model']['likelihood'];
  /** How the dataset's values were binarised before the model saw them. */
  readonly binarisation: RunConfig['data']['binarisation'];
  readonly activeUnits: number;
  /** `elbo` in bits per dimension; null if the likelihood assigns no probability to the values (bits-per-dimension.ts). */
  readonly bitsPerDimension: number | null;
  /** L_k; null if it was skipped. */
  readonly importance: ImportanceSummary | null;
  /** `importance` in bits per dimension; null like `bitsPerDimension`, or if L_k was skipped. */
  readonly logLikelihoodBitsPerDimension: number | null;
  readonly posterior: PosteriorMeans;
  readonly perImage: PerImage;
}

/** Progress of one part of an evaluation. */
export interface EvaluationProgress {
  readonly part: 'bound' | 'posterior' | 'importance';
  /** In images; for `importance`, in draws over all images. */
  readonly done: number;
  readonly total: number;
}

/**
 * Computes the bound, the active units and, on request, L_k for these rows. Yields progress after each engine call; the
 * weights must not change meanwhile.
 * @param dataset in the model's shape, after `binarised`
 */
export async function* evaluateModel(
  model: Pick<Model, 'config' | 'session'>,
  dataset: Dataset,
  rows: Uint32Array,
  { seed, draws, importance: k }: EvaluationOptions,
): AsyncGenerator<EvaluationProgress, ModelEvaluation> {
  requireTrained(model.config, 'evaluated');
  const { session } = model;
  const vae = model.config.model;
  const { latent } = vae;
  const perImage = new PerImageBounds(rows.length, latent);
  const add = (bounds: ImageBounds): void => perImage.add(bounds);
  const progress = (part: EvaluationProgress['part']) => (step: { done: number; total?: number }) => ({
    part,
    done: step.done,
    total: step.total ?? rows.length,
  });
  const bound = yield* mapped(
    evaluateRows(session, latent, dataset, rows, { seed, draws }, add),
    progress('bound'),
  );
  const posterior = yield* mapped(posteriorMeans(session, latent, dataset, rows), progress('posterior'));
  const importance =
    k === 0
      ? null
      : yield* mapped(importanceRows(session, vae, dataset, rows, { seed, k }), progress('importance'));
  return {
    ...bound,
    seed,
    draws,
    likelihood: vae.likelihood,
    binarisation: model.config.data.binarisation,
    activeUnits: posterior.activeUnits,
    bitsPerDimension: bitsPerDimension(model.config, bound.elbo),
    importance,
    logLikelihoodBitsPerDimension: importance && bitsPerDimension(model.config, importance.logLikelihood),
    posterior,
    perImage: { ...perImage.values, logLikelihood: importance?.perImage ?? null },
  };
}

/** Picks `count` rows spread evenly, because the first ones may all be of one class. Returns all rows if there are fewer. */
export function evenlySpread(rows: Uint32Array, count: number): Uint32Array {
  const length = Math.min(count, rows.length);
  return Uint32Array.from({ length }, (_, i) => rows[Math.floor((i * rows.length) / length)]!);
}

/** Collects the bounds of successive batches per image. */
class PerImageBounds {
  readonly values: Omit<PerImage, 'logLikelihood'>;
  private count = 0;

  constructor(
    count: number,
    private readonly latent: number,
  ) {
    const numbers = (): Float64Array => new Float64Array(count);
    this.values = { elbo: numbers(), reconstruction: numbers(), kl: numbers() };
  }

  add({ reconstruction, klPerDimension }: ImageBounds): void {
    const { latent, values } = this;
    reconstruction.forEach((term, i) => {
      const own = klPerDimension.subarray(i * latent, (i + 1) * latent);
      const kl = own.reduce((sum, value) => sum + value, 0);
      values.reconstruction[this.count] = term;
      values.kl[this.count] = kl;
      values.elbo[this.count] = term - kl;
      this.count++;
    });
  }
}

/** Maps the yielded values of a generator; its result is unchanged. */
async function* mapped<A, B, R>(steps: AsyncGenerator<A, R>, say: (step: A) => B): AsyncGenerator<B, R> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    yield say(next.value);
  }
}
