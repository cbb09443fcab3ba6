import type { Dataset } from '../datasets/dataset';
import type { ImageBounds } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { posteriorMeans } from './active-units';
import type { PosteriorMeans } from './active-units';
import { bitsPerDimension } from './bits-per-dimension';
import { evaluateRows } from './bounds';
import type { BoundSummary, EvaluationNoise } from './bounds';
import { importanceRows } from './importance';
import type { ImportanceSummary } from './importance';
import type { Model } from './model';

export interface EvaluationOptions extends EvaluationNoise {
  /** k of the importance-weighted bound; 0 to leave it out, which is by far the longest part. */
  readonly importance: number;
}

/** Bounds of single images, in the order of the rows; nats. */
export interface PerImage {
  readonly elbo: Float64Array;
  readonly reconstruction: Float64Array;
  readonly kl: Float64Array;
  /** Null where it was left out. */
  readonly logLikelihood: Float64Array | null;
}

/** Everything that is measured of a model on some images. Nats per datapoint where not said otherwise. */
export interface ModelEvaluation extends BoundSummary, EvaluationNoise {
  readonly likelihood: RunConfig['model']['likelihood'];
  /** What was done to the dataset's values before the model saw them. */
  readonly binarisation: RunConfig['data']['binarisation'];
  readonly activeUnits: number;
  /** Of `elbo`; null where the likelihood gives no probability to the 8-bit values (bits-per-dimension.ts). */
  readonly bitsPerDimension: number | null;
  /** L_k, or null where it was left out. */
  readonly importance: ImportanceSummary | null;
  /** Of `importance`. */
  readonly logLikelihoodBitsPerDimension: number | null;
  readonly posterior: PosteriorMeans;
  readonly perImage: PerImage;
}

/** How far a part of an evaluation is. */
export interface EvaluationProgress {
  readonly part: 'bound' | 'posterior' | 'importance';
  /** Images; draws of all images for `importance`. */
  readonly done: number;
  readonly total: number;
}

/**
 * Bound, active units and, where asked for, L_k, of images of a dataset as the model sees it (`binarised`). Yields after each call of the engine; the weights
 * must not change meanwhile.
 */
export async function* evaluateModel(
  model: Pick<Model, 'config' | 'session'>,
  dataset: Dataset,
  rows: Uint32Array,
  { seed, draws, importance: k }: EvaluationOptions,
): AsyncGenerator<EvaluationProgress, ModelEvaluation> {
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

/** `count` of the rows, as evenly over them as can be: the first ones may all be of one kind. All, where there are fewer. */
export function spread(rows: Uint32Array, count: number): Uint32Array {
  const length = Math.min(count, rows.length);
  return Uint32Array.from({ length }, (_, i) => rows[Math.floor((i * rows.length) / length)]!);
}

/** Gathers the bounds of batches. */
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

/** A generator whose steps are said in other words. */
async function* mapped<A, B, R>(steps: AsyncGenerator<A, R>, say: (step: A) => B): AsyncGenerator<B, R> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    yield say(next.value);
  }
}
