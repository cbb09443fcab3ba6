import { Covariance, project } from './pca';
import type { PrincipalComponents } from './pca';

/** For each of n points the k others that are nearest to it, the nearest first; row by row. */
export interface Neighbours {
  readonly k: number;
  /** n × k: numbers of points. */
  readonly rows: Int32Array;
  /** n × k: Euclidean. */
  readonly distances: Float32Array;
}

/** Coordinates that are added up before the sum is compared with the limit. */
const STRIDE = 4;

/**
 * Points among which exact nearest neighbours are found quickly. They are turned to their principal components: what varies
 * most comes first, so that most comparisons end after a few coordinates; and they are gone through outwards along the first
 * one, no further than the farthest neighbour so far.
 */
export class NeighbourIndex {
  private readonly components: PrincipalComponents;
  /** Numbers of the points, ascending along the first component. */
  private readonly order: Uint32Array;
  /** The points' components in that order; rows of `width` numbers, zeros behind the d components. */
  private readonly turned: Float32Array;
  private readonly first: Float32Array;
  private readonly width: number;

  /** @param points n × d */
  constructor(
    private readonly points: Float32Array,
    private readonly d: number,
  ) {
    const covariance = new Covariance(d);
    covariance.add(points);
    this.components = covariance.components();
    this.width = Math.ceil(d / STRIDE) * STRIDE;
    const turned = this.turn(points);
    const along = (point: number): number => turned[point * this.width]!;
    const numbers = Uint32Array.from({ length: points.length / d }, (_, i) => i);
    this.order = numbers.sort((a, b) => along(a) - along(b) || a - b);
    this.turned = new Float32Array(turned.length);
    this.order.forEach((point, i) => {
      this.turned.set(turned.subarray(point * this.width, (point + 1) * this.width), i * this.width);
    });
    this.first = Float32Array.from(this.order, along);
  }

  /** The points along a principal component, measured from their mean; zeros where there is none. */
  along(component: number): Float32Array {
    if (component >= this.d) return new Float32Array(this.points.length / this.d);
    return project(this.components, this.points, component);
  }

  /** Of each point among the others. Yields the number of points that are done after each. @param k below n */
  *ofEach(k: number): Generator<number, Neighbours> {
    const found = emptyNeighbours(this.order.length, k);
    for (let i = 0; i < this.order.length; i++) {
      this.search(this.turned, i, [i - 1, i + 1], found, this.order[i]!);
      yield i + 1;
    }
    return found;
  }

  /** Of other points, m × d. Yields the number of those that are done after each. @param k at most n */
  *of(others: Float32Array, k: number): Generator<number, Neighbours> {
    const m = others.length / this.d;
    const turned = this.turn(others);
    const found = emptyNeighbours(m, k);
    for (let i = 0; i < m; i++) {
      const start = this.startFor(turned[i * this.width]!);
      this.search(turned, i, [start - 1, start], found, i);
      yield i + 1;
    }
    return found;
  }

  /**
   * Writes the neighbours of a point to a row of `found`.
   * @param of rows of components, of which `row` is the point @param start the first to look at before it and behind it
   */
  private search(
    of: Float32Array,
    row: number,
    start: readonly [before: number, behind: number],
    { k, rows, distances }: Neighbours,
    to: number,
  ): void {
    const { turned, first, order, width } = this;
    const own = row * width;
    const squares = new Float64Array(k).fill(Infinity);
    const who = new Int32Array(k);
    let [before, behind] = start;
    while (before >= 0 || behind < order.length) {
      const limit = squares[k - 1]!;
      const back = before >= 0 ? of[own]! - first[before]! : Infinity;
      const ahead = behind < order.length ? first[behind]! - of[own]! : Infinity;
      const apart = Math.min(back, ahead);
      if (apart * apart >= limit) break;
      const other = back <= ahead ? before-- : behind++;
      const offset = other * width;
      let sum = 0;
      for (let q = 0; q < width && sum < limit; q += STRIDE) {
        const a = of[own + q]! - turned[offset + q]!;
        const b = of[own + q + 1]! - turned[offset + q + 1]!;
        const c = of[own + q + 2]! - turned[offset + q + 2]!;
        const e = of[own + q + 3]! - turned[offset + q + 3]!;
        sum += a * a + b * b + c * c + e * e;
      }
      if (!(sum < limit)) continue;
      let place = k - 1;
      for (; place > 0 && squares[place - 1]! > sum; place--) {
        squares[place] = squares[place - 1]!;
        who[place] = who[place - 1]!;
      }
      squares[place] = sum;
      who[place] = other;
    }
    for (let j = 0; j < k; j++) {
      rows[to * k + j] = order[who[j]!]!;
      distances[to * k + j] = Math.sqrt(squares[j]!);
    }
  }

  /** How many points lie before this one along the first component. */
  private startFor(value: number): number {
    let [low, high] = [0, this.first.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.first[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private turn(points: Float32Array): Float32Array {
    const { components, width, d } = this;
    const turned = new Float32Array((points.length / d) * width);
    for (let component = 0; component < d; component++) {
      project(components, points, component).forEach((value, i) => (turned[i * width + component] = value));
    }
    return turned;
  }
}

function emptyNeighbours(count: number, k: number): Neighbours {
  return { k, rows: new Int32Array(count * k), distances: new Float32Array(count * k) };
}
