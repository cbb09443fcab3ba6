import { setImmediate as turn } from 'node:timers/promises';
import { amongNeighbours, weightedMean } from '../../latent/among-neighbours';
import { offPlane, placeOf, pointsAt } from '../../latent/axes';
import type { Axis, LatentPlane } from '../../latent/axes';
import { ascending, rankAmong } from '../../columns/ranking';
import { closestPairs } from '../../latent/closest-pairs';
import { klToPrior, norms, wassersteinPoints } from '../../latent/gaussian';
import { nearestPoints, nearestPosteriors } from '../../latent/nearest';
import type { Neighbour, DiagonalGaussian } from '../../latent/nearest';
import { covarianceOn } from '../../latent/posterior-ellipse';
import { Covariance, project } from '../../latent/pca';
import type { PrincipalComponents } from '../../latent/pca';
import { rowsOf } from '../../latent/rows';
import type { MapColumn, MapImages, MapSet, NearPair } from '../../protocol/map';
import type { BoundRanks, MapPosteriors } from '../../protocol/map-analysis';
import type { OffPlaneRequest } from '../../protocol/schemas/latent';
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
  private numbers: ReadonlyMap<string, number> | undefined;
  private bounds: Float32Array | undefined;
  /** The images' places on the axes last asked for. */
  private placed: { readonly axes: string; readonly places: Float32Array } | undefined;

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
    const { step, ids, dimensions, labels, elbo } = this.latents;
    const { variances } = this.components;
    const whole = variances.reduce((sum, value) => sum + value, 0) || 1;
    const shares = Float32Array.from(variances, (value) => value / whole);
    const layout = this.layout && describeLayout(this.layout);
    const labelNames = labels?.names ?? null;
    const description = { key: this.key, step, count: ids.length, dimensions, labelNames, shares, layout };
    return elbo.some(Number.isFinite) ? description : { ...description, hasBounds: false };
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
    return pointsAt(this.linear(x, y), places);
  }

  /** Returns the plane that two axes show; null if they are not both coordinates of latent space. */
  plane({ key, x, y }: MapAxes): LatentPlane | null {
    this.check(key);
    const isLinear = [x, y].every((column) => /^(mean|pc):/.test(column));
    return isLinear ? this.linear(x, y) : null;
  }

  /**
   * Returns the point that a position on the map stands for, and what leads from there to images beside the plane, see `offPlane`.
   * On a UMAP layout, the point is a mean of the images around the position, see `amongNeighbours`.
   * @throws RpcError `not-found` for an unknown id, `bad-input` for axes that are measures
   */
  besidePlane(
    axes: MapAxes,
    place: Float32Array,
    towards: OffPlaneRequest['towards'],
  ): { readonly point: Float32Array; readonly residual: Float32Array; readonly rows: readonly number[] } {
    this.check(axes.key);
    const { mean, dimensions } = this.latents;
    const ofLayout = isLayout(axes.x) || isLayout(axes.y);
    // Reports axes of which one alone is of UMAP.
    if (ofLayout) this.standsFor(axes, place);
    const plane = ofLayout ? null : this.linear(axes.x, axes.y);
    const places = ofLayout ? this.laidOut().places : this.placesOn(axes);
    const rows =
      'id' in towards
        ? [this.rowOf(towards.id)]
        : nearestPoints(places, place, towards.nearest).map(({ row }) => row);
    const equal = {
      rows: Uint32Array.from(rows),
      weights: new Float64Array(rows.length).fill(1 / rows.length),
    };
    const image = weightedMean(mean, dimensions, equal);
    if (plane !== null)
      return { point: pointsAt(plane, place), residual: Float32Array.from(offPlane(plane, image)), rows };
    const around = weightedMean(mean, dimensions, amongNeighbours(places, place));
    return {
      point: Float32Array.from(around),
      residual: Float32Array.from(image, (value, i) => value - around[i]!),
      rows,
    };
  }

  /** Projects the posteriors of images on two axes; null if these are not both coordinates of latent space. @throws RpcError */
  posteriors(axes: MapAxes, ids: readonly string[]): MapPosteriors | null {
    const plane = this.plane(axes);
    const { mean, logVariance, dimensions } = this.latents;
    const rows = ids.map((id) => this.rowOf(id));
    if (plane === null) return null;
    const own = (values: Float32Array, row: number): Float32Array =>
      values.subarray(row * dimensions, (row + 1) * dimensions);
    return {
      places: Float32Array.from(rows.flatMap((row) => placeOf(plane, own(mean, row)))),
      covariances: Float32Array.from(
        rows.flatMap((row) => {
          const { xx, xy, yy } = covarianceOn(plane, own(logVariance, row).map(Math.exp));
          return [xx, xy, yy];
        }),
      ),
    };
  }

  /** Ranks images by their bounds among all images. @throws RpcError `not-found` for an unknown id */
  ranks(key: string, ids: readonly string[]): BoundRanks {
    this.check(key);
    const sorted = (this.bounds ??= ascending(this.latents.elbo));
    const images = ids.map((id) => {
      const elbo = this.latents.elbo[this.rowOf(id)]!;
      return { id, elbo, ...rankAmong(sorted, elbo) };
    });
    return { images, step: this.latents.step };
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
  meansOf(rows: ArrayLike<number>): Float32Array {
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

  /** Returns the index of an image; undefined for an unknown id. */
  indexOf(id: string): number | undefined {
    this.numbers ??= new Map(this.latents.ids.map((each, row) => [each, row]));
    return this.numbers.get(id);
  }

  /** @throws RpcError `not-found` for an unknown id */
  private rowOf(id: string): number {
    const row = this.indexOf(id);
    if (row !== undefined) return row;
    throw new RpcError('not-found', `the map has no image '${id.slice(0, 200)}'`);
  }

  /** Returns x and y of each image on two axes. */
  private placesOn({ key, x, y }: MapAxes): Float32Array {
    const axes = `${x} ${y}`;
    if (this.placed?.axes !== axes) {
      const piece = { key, first: 0, count: this.latents.ids.length };
      const columns = [this.column(piece, x), this.column(piece, y)] as const;
      const places = Float32Array.from({ length: 2 * piece.count }, (_, i) => columns[i % 2]![i >> 1]!);
      this.placed = { axes, places };
    }
    return this.placed.places;
  }

  /** @throws RpcError `bad-input` for a column that is not a coordinate of latent space */
  private linear(x: MapColumn, y: MapColumn): LatentPlane {
    return { centre: this.components.mean, axes: [this.axis(x), this.axis(y)] };
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
