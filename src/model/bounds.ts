import type { Dataset } from '../datasets/dataset';
import type { ImageBounds, Session } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { BoundSummary } from '../domain/metrics';

/** Images per engine call. Fixed, because it affects the last bits of the results. */
const BATCH_IMAGES = 250;

/** Noise of an evaluation. It depends only on the seed, not on earlier evaluations. */
export interface EvaluationNoise {
  readonly seed: number;
  /** L: draws per datapoint. */
  readonly draws: number;
}

/** Accumulates the means over datapoints in double precision. */
class Summary {
  private count = 0;
  private reconstruction = 0;
  private elbo = 0;
  private elboSquared = 0;
  private readonly kl: Float64Array;

  constructor(private readonly latent: number) {
    this.kl = new Float64Array(latent);
  }

  add({ reconstruction, klPerDimension }: ImageBounds): void {
    for (let i = 0; i < reconstruction.length; i++) {
      let kl = 0;
      for (let d = 0; d < this.latent; d++) {
        const value = klPerDimension[i * this.latent + d]!;
        kl += value;
        this.kl[d]! += value;
      }
      const elbo = reconstruction[i]! - kl;
      this.reconstruction += reconstruction[i]!;
      this.elbo += elbo;
      this.elboSquared += elbo * elbo;
      this.count++;
    }
  }

  result(): BoundSummary {
    const { count } = this;
    const elbo = this.elbo / count;
    const reconstruction = this.reconstruction / count;
    const variance = Math.max(0, this.elboSquared / count - elbo * elbo) * (count / Math.max(1, count - 1));
    return {
      count,
      elbo,
      reconstruction,
      kl: reconstruction - elbo,
      standardError: Math.sqrt(variance / count),
      klPerDimension: Float32Array.from(this.kl, (sum) => sum / count),
    };
  }
}

/**
 * Evaluates the bound on these rows of a dataset, with the weights in the session. Yields after each batch, so that other
 * work can run in between; the weights must not change meanwhile.
 * @param each called with the bounds of each batch, in order
 */
export async function* evaluateRows(
  session: Session,
  latent: number,
  dataset: Pick<Dataset, 'images'>,
  rows: Uint32Array,
  noise: EvaluationNoise,
  each: (bounds: ImageBounds) => void = () => undefined,
): AsyncGenerator<{ readonly done: number }, BoundSummary> {
  const stream = new RandomStream(noise.seed, 'evaluate');
  const summary = new Summary(latent);
  for (let first = 0, batch = 0; first < rows.length; first += BATCH_IMAGES, batch++) {
    const chosen = rows.subarray(first, first + BATCH_IMAGES);
    const count = chosen.length;
    const epsilon = stream.normals(batch, noise.draws * count * latent);
    const bounds = await session.evaluate(dataset.images.gather(chosen), count, epsilon, noise.draws);
    summary.add(bounds);
    each(bounds);
    yield { done: first + count };
  }
  return summary.result();
}

/** Runs a generator to its end and returns its result. */
export async function finish<T>(generator: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await generator.next();
    if (step.done) return step.value;
  }
}
