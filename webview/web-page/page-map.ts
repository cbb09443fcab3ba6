import { ascending, rankAmong } from '../../src/columns/ranking';
import { aggregateGaussian, logDensities } from '../../src/latent/aggregate';
import type { Gaussian } from '../../src/latent/aggregate';
import type { Axis, LatentPlane } from '../../src/latent/axes';
import { pointsAt } from '../../src/latent/axes';
import { norms } from '../../src/latent/gaussian';
import { nearestPoints } from '../../src/latent/nearest';
import type { Neighbour } from '../../src/latent/nearest';
import { Covariance, project } from '../../src/latent/pca';
import { MAX_FITTED_DIMENSIONS } from '../../src/domain/limits';
import type { MapColumn, MapSet } from '../../src/protocol/map';
import type { ProbeDensity } from '../../src/protocol/latent';
import type { PageMap } from '../../src/protocol/web-page';
import { isUmap } from '../map/data/umap-axes';
import type { PageData } from './page-data';

/** Identifies the images of the page: there are no others. */
const MAP_KEY = 'page';

/** The images of a page in latent space, as the engine knows those of a run. */
export class PageMapData {
  readonly mean: Float32Array;
  readonly dimensions: number;
  private readonly components;
  private readonly places: Float32Array | undefined;
  private readonly indices: ReadonlyMap<string, number>;
  private fitted: { readonly gaussian: Gaussian; readonly densities: Float32Array } | null | undefined;
  private bounds: Float32Array | undefined;

  constructor(
    private readonly data: PageData,
    readonly map: PageMap,
  ) {
    this.mean = data.required('mean', 'float32');
    this.dimensions = data.facts.model.latent;
    this.places = data.array('places', 'float32');
    const covariance = new Covariance(this.dimensions);
    covariance.add(this.mean);
    this.components = covariance.components();
    this.indices = new Map(map.ids.map((id, i) => [id, i]));
  }

  get set(): MapSet {
    const { count, labelNames, layout } = this.map;
    const { variances } = this.components;
    const whole = variances.reduce((sum, value) => sum + value, 0) || 1;
    return {
      ...{ key: MAP_KEY, step: this.data.facts.step, count, dimensions: this.dimensions },
      shares: Float32Array.from(variances, (value) => value / whole),
      ...{ labelNames, layout },
    };
  }

  /** Returns the index of an image, or -1. */
  indexOf(id: string): number {
    return this.indices.get(id) ?? -1;
  }

  meanOf(index: number): Float32Array {
    return this.mean.slice(index * this.dimensions, (index + 1) * this.dimensions);
  }

  /** Returns the bound, and the KL from the prior, of an image. */
  boundOf(index: number): { readonly elbo: number; readonly kl: number } {
    return {
      elbo: this.data.required('elbo', 'float32')[index]!,
      kl: this.data.required('kl', 'float32')[index]!,
    };
  }

  rankOf(index: number) {
    this.bounds ??= ascending(this.data.required('elbo', 'float32'));
    return rankAmong(this.bounds, this.boundOf(index).elbo);
  }

  column(column: MapColumn): Float32Array {
    const [kind = '', text] = column.split(':');
    const number = Number(text);
    const { mean, dimensions } = this;
    const pick = (values: Float32Array, width: number): Float32Array =>
      Float32Array.from({ length: values.length / width }, (_, i) => values[i * width + number]!);
    switch (kind) {
      case 'mean':
        return pick(mean, dimensions);
      case 'pc':
        return project(this.components, mean, number);
      case 'umap':
        return pick(this.data.required('places', 'float32'), 2);
      case 'norm':
        return norms(mean, dimensions);
      case 'reconstruction': {
        const kl = this.data.required('kl', 'float32');
        return this.data.required('elbo', 'float32').map((value, i) => value + kl[i]!);
      }
      default:
        return this.data.required(kind === 'kl' ? 'kl' : 'elbo', 'float32').slice();
    }
  }

  /** Returns the plane that two axes show; null if they are not both coordinates of latent space. */
  plane(x: MapColumn, y: MapColumn): LatentPlane | null {
    const [across, up] = [this.axis(x), this.axis(y)];
    return across && up && { centre: this.components.mean, axes: [across, up] };
  }

  /** Returns the point at a position on the map; on a UMAP layout the mean of the nearest image, and which that is. */
  pointAt(
    x: MapColumn,
    y: MapColumn,
    at: readonly [number, number],
  ): { readonly z: Float32Array; readonly nearest: Neighbour | null } | null {
    const place = Float32Array.from(at);
    if (isUmap(x)) {
      const [nearest] = this.places === undefined ? [] : nearestPoints(this.places, place, 1);
      return nearest ? { z: this.meanOf(nearest.row), nearest } : null;
    }
    const plane = this.plane(x, y);
    return plane && { z: pointsAt(plane, place), nearest: null };
  }

  near(z: Float32Array, most: number): Neighbour[] {
    return nearestPoints(this.mean, z, most);
  }

  /** The normal distribution with the first two moments of the page's images; null if it cannot be fitted. */
  get gaussian(): Gaussian | null {
    return this.fit()?.gaussian ?? null;
  }

  densityAt(z: Float32Array): ProbeDensity | null {
    const fitted = this.fit();
    if (fitted === null) return null;
    const value = logDensities(fitted.gaussian, z)[0]!;
    return { value, rank: rankAmong(fitted.densities, value).below, images: fitted.densities.length };
  }

  private fit() {
    if (this.fitted !== undefined) return this.fitted;
    this.fitted = null;
    if (this.dimensions > MAX_FITTED_DIMENSIONS) return null;
    try {
      const variances = Float64Array.from(this.data.required('meanVariances', 'float32'));
      const gaussian = aggregateGaussian(this.mean, variances);
      this.fitted = { gaussian, densities: logDensities(gaussian, this.mean).sort() };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    return this.fitted;
  }

  private axis(column: MapColumn): Axis | null {
    const [kind, text] = column.split(':');
    const number = Number(text);
    const { dimensions: n } = this;
    const { mean, directions } = this.components;
    if (kind === 'pc') return { direction: directions.subarray(number * n, (number + 1) * n), offset: 0 };
    if (kind !== 'mean') return null;
    const direction = Float64Array.from({ length: n }, (_, i) => Number(i === number));
    return { direction, offset: mean[number]! };
  }
}
