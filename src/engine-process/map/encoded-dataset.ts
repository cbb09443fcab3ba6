import { setImmediate as turn } from 'node:timers/promises';
import { pointsAt } from '../../latent/axes';
import type { Axis } from '../../latent/axes';
import { closestPairs } from '../../latent/closest-pairs';
import { klToPrior, norms, wassersteinPoints } from '../../latent/gaussian';
import { nearestPoints, nearestPosteriors } from '../../latent/nearest';
import type { Neighbour, DiagonalGaussian } from '../../latent/nearest';
import { Covariance, project } from '../../latent/pca';
import type { PrincipalComponents } from '../../latent/pca';
import { rowsOf } from '../../latent/rows';
import type { MapColumn, MapImages, MapSet, NearPair } from '../../protocol/map';
import type { MapPiece, MapAxes } from '../../protocol/schemas/values';
import { RpcError } from '../../protocol/rpc';
import type { Latents } from '../../runs/latents';
import type { SavedLayout } from '../../runs/umap-files';
import { latentDensity } from './latent-density';
import type { LatentDensity } from './latent-density';
import { describeLayout } from './umap-job';

const isLayout = (column: MapColumn): boolean => column === 'umap:0' || column === 'umap:1';

/** Values processed before yielding to the event loop. */
const BLOCK_VALUES = 200_000;

/** The encoded images of a run, with their principal components, map columns, neighbours and UMAP layout. */
export class EncodedDataset {
  private fitted: Promise<LatentDensity | null> | undefined;
  private layout: SavedLayout | null = null;

  private constructor(
    readonly latents: Latents,
    readonly components: PrincipalComponents,
  ) {}

  static async of(latents: Latents): Promise<EncodedDataset> {
    const { mean, dimensions } = latents;
    const covariance = new Covariance(dimensions);
    const block = dimensions * Math.max(1, Math.floor(BLOCK_VALUES / dimensions ** 2));
    for (let start = 0; start < mean.length; start += block) {
      covariance.add(mean.subarray(start, start + block));
      await turn();
    }
    return new EncodedDataset(latents, covariance.components());
  }

  get description(): MapSet {
    const { step, ids, dimensions, labels } = this.latents;
    const { variances } = this.components;
    const whole = variances.reduce((sum, value) => sum + value, 0) || 1;
    const shares = Float32Array.from(variances, (value) => value / whole);
    const layout = this.layout && describeLayout(this.layout);
    const labelNames = labels?.names ?? null;
    return { key: this.key, step, count: ids.length, dimensions, labelNames, shares, layout };
  }

  /** Sets the layout, or clears it if it was not computed from these encodings. */
  setLayout(layout: SavedLayout | null): void {
    const { step, fingerprint, ids } = this.latents;
    const isOurs = layout?.step === step && layout.fingerprint === fingerprint && layout.count === ids.length;
    this.layout = isOurs ? layout : null;
  }

  private get key(): string {
    return `${this.latents.step}-${this.latents.fingerprint.slice(0, 16)}`;
  }

  images(piece: MapPiece): MapImages {
    const [first, end] = this.rowsOf(piece);
    const { ids, labels, splits } = this.latents;
    return {
      ids: ids.slice(first, end),
      labels: labels && labels.values.slice(first, end),
      splits: splits.slice(first, end),
    };
  }

  column(piece: MapPiece, column: MapColumn): Float32Array {
    const [first, end] = this.rowsOf(piece);
    const { dimensions, mean, logVariance } = this.latents;
    if (isLayout(column)) {
      const { places } = this.laidOut();
      return places.subarray(2 * first, 2 * end).filter((_, i) => i % 2 === Number(column === 'umap:1'));
    }
    const own = (rows: Float32Array): Float32Array => rows.subarray(first * dimensions, end * dimensions);
    const elbo = this.latents.elbo.subarray(first, end);
    const dimension = this.dimensionOf(column);
    if (dimension !== null) {
      if (column.startsWith('pc:')) return project(this.components, own(mean), dimension);
      return Float32Array.from(
        { length: end - first },
        (_, i) => mean[(first + i) * dimensions + dimension]!,
      );
    }
    if (column === 'elbo') return elbo.slice();
    if (column === 'norm') return norms(own(mean), dimensions);
    const kl = klToPrior(own(mean), own(logVariance), dimensions);
    return column === 'kl' ? kl : kl.map((value, i) => value + elbo[i]!);
  }

  /** Finds the closest pairs by 2-Wasserstein distance. Yields regularly, because many images take seconds. @throws RpcError */
  *nearPairs(key: string, limit: number): Generator<unknown, NearPair[]> {
    this.check(key);
    const { mean, logVariance, dimensions, ids } = this.latents;
    const points = wassersteinPoints(mean, logVariance, dimensions);
    const pairs = yield* closestPairs(points, 2 * dimensions, limit);
    return pairs.map(({ first, second, distance }) => ({
      first: ids[first]!,
      second: ids[second]!,
      distance,
    }));
  }

  /**
   * Maps positions on the map (x and y of each) to latent space: see `pointsAt`. On a UMAP layout, returns the posterior
   * means of the images nearest to the positions, without consecutive repeats. @returns count × Nz
   */
  pointsAt({ key, x, y }: MapAxes, places: Float32Array): Float32Array {
    this.check(key);
    if (isLayout(x) || isLayout(y)) {
      const rows = Array.from({ length: places.length / 2 }, (_, i) =>
        this.standsFor({ key, x, y }, places.subarray(2 * i, 2 * i + 2)),
      ).map((near) => near!.row);
      return this.meansOf(rows.filter((row, i) => row !== rows[i - 1]));
    }
    return pointsAt(this.components.mean, [this.axis(x), this.axis(y)], places);
  }

  /** Returns the image nearest to a map position if the axes are a UMAP layout; null if the axes map to latent space. */
  standsFor({ key, x, y }: MapAxes, place: Float32Array): Neighbour | null {
    this.check(key);
    if (!isLayout(x) && !isLayout(y)) return null;
    if (x !== 'umap:0' || y !== 'umap:1') {
      throw new RpcError(
        'bad-input',
        `axes: got '${x}' and '${y}', expected both of UMAP, umap:0 and umap:1`,
      );
    }
    return nearestPoints(this.laidOut().places, place, 1)[0]!;
  }

  /** Returns the posterior means of some images, count × Nz. */
  meansOf(rows: readonly number[]): Float32Array {
    return rowsOf(this.latents.mean, this.latents.dimensions, rows);
  }

  /** Returns the images nearest to `z` (Nz values) by the Euclidean distance of their posterior means. */
  near(z: Float32Array, limit: number): Neighbour[] {
    return nearestPoints(this.latents.mean, z, limit);
  }

  /** Returns the images nearest to a posterior by 2-Wasserstein distance, without the one with the id `except`. */
  nearPosterior(posterior: DiagonalGaussian, limit: number, except: string | null): Neighbour[] {
    const { mean, logVariance, ids } = this.latents;
    const own = except === null ? -1 : ids.indexOf(except);
    return nearestPosteriors(mean, logVariance, posterior, limit, own);
  }

  /** Returns the aggregate posterior as a normal distribution; null if it cannot be fitted (see `latentDensity`). */
  density(): Promise<LatentDensity | null> {
    return (this.fitted ??= latentDensity(this.latents, this.components));
  }

  /** @throws RpcError `not-ready` if there is no layout of these images */
  private laidOut(): SavedLayout {
    if (this.layout) return this.layout;
    throw new RpcError('not-ready', 'these images have no UMAP layout yet: make one first');
  }

  private axis(column: MapColumn): Axis {
    const number = this.dimensionOf(column);
    if (number === null)
      throw new RpcError('bad-input', `axis: got '${column}', expected mean:0, pc:0 or the like`);
    const n = this.latents.dimensions;
    const { mean, directions } = this.components;
    if (column.startsWith('pc:'))
      return { direction: directions.subarray(number * n, (number + 1) * n), offset: 0 };
    return {
      direction: Float64Array.from({ length: n }, (_, i) => Number(i === number)),
      offset: mean[number]!,
    };
  }

  /** @throws RpcError `superseded` if `key` belongs to an earlier encoding */
  check(key: string): void {
    if (key !== this.key) throw new RpcError('superseded', 'the images were encoded again meanwhile');
  }

  private rowsOf({ key, first, count }: MapPiece): [first: number, end: number] {
    this.check(key);
    if (first > this.latents.ids.length) {
      const expected = `expected at most ${this.latents.ids.length}`;
      throw new RpcError('bad-input', `first: got ${first}, ${expected}`);
    }
    return [first, Math.min(first + count, this.latents.ids.length)];
  }

  /** Parses the dimension in `mean:3` or `pc:0`; null for a column without one. */
  private dimensionOf(column: MapColumn): number | null {
    const [, number] = /^(?:mean|pc):(\d+)$/.exec(column) ?? [];
    if (number === undefined) {
      if (['elbo', 'reconstruction', 'kl', 'norm'].includes(column)) return null;
      throw new RpcError('bad-input', `column: got '${column}', expected elbo, kl, mean:0, pc:0 or the like`);
    }
    if (Number(number) >= this.latents.dimensions) {
      const expected = `expected a number below ${this.latents.dimensions}`;
      throw new RpcError('bad-input', `column: got '${column}', ${expected}`);
    }
    return Number(number);
  }
}
