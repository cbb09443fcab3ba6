import { Covariance, project } from '../pca';
import type { PrincipalComponents } from '../pca';

/** The k nearest neighbours of each of n points, nearest first, row-major. */
export interface Neighbours {
  readonly k: number;
  /** n × k point indices. */
  readonly rows: Int32Array;
  /** n × k Euclidean distances. */
  readonly distances: Float32Array;
}

/** Coordinates summed before the sum is compared with the limit. */
const STRIDE_COORDINATES = 4;
/** Maximum points of a cell that is not divided. */
const MAX_LEAF_POINTS = 128;

/** A node of the tree: a range of the order, and its bounding box. */
interface Cell {
  readonly start: number;
  readonly end: number;
  /** Minimum and maximum along each component; `width` numbers each. */
  readonly least: Float32Array;
  readonly most: Float32Array;
  readonly halves: readonly [Cell, Cell] | null;
}

/**
 * Index for fast search of exact nearest neighbours (Bentley's k-d tree, CACM 18, 1975). Points are rotated to their principal
 * components: the coordinates that vary most come first, so that most comparisons end after a few of them.
 */
export class NeighbourIndex {
  private readonly components: PrincipalComponents;
  /** Point indices, cell by cell. */
  private readonly order: Uint32Array;
  /** The points' components in that order; rows of `width` numbers, zero-padded after the d components. */
  private readonly turned: Float32Array;
  private readonly width: number;
  private readonly root: Cell;

  /** @param points n × d */
  constructor(
    points: Float32Array,
    private readonly d: number,
  ) {
    const covariance = new Covariance(d);
    covariance.add(points);
    this.components = covariance.components();
    this.width = Math.ceil(d / STRIDE_COORDINATES) * STRIDE_COORDINATES;
    const turned = this.turn(points);
    this.order = Uint32Array.from({ length: points.length / d }, (_, i) => i);
    this.root = divided(turned, this.width, this.order, 0, this.order.length);
    this.turned = new Float32Array(turned.length);
    this.order.forEach((point, i) => {
      this.turned.set(turned.subarray(point * this.width, (point + 1) * this.width), i * this.width);
    });
  }

  /**
   * Returns the points' coordinates along a principal component, relative to their mean; zeros beyond the last component.
   * @param component below 4
   */
  along(component: number): Float32Array {
    const values = new Float32Array(this.order.length);
    this.order.forEach((point, i) => (values[point] = this.turned[i * this.width + component]!));
    return values;
  }

  /** Finds the neighbours of each point among the others. Yields the number of finished points after each. @param k below n */
  *ofEach(k: number): Generator<number, Neighbours> {
    const found = emptyNeighbours(this.order.length, k);
    const search = new Search(this.turned, this.width, k);
    for (let i = 0; i < this.order.length; i++) {
      search.around(this.turned, i, i, this.root);
      this.write(search, found, this.order[i]!);
      yield i + 1;
    }
    return found;
  }

  /** Finds the neighbours of other points, m × d. Yields the number of finished points after each. @param k at most n */
  *of(others: Float32Array, k: number): Generator<number, Neighbours> {
    const m = others.length / this.d;
    const turned = this.turn(others);
    const found = emptyNeighbours(m, k);
    const search = new Search(this.turned, this.width, k);
    for (let i = 0; i < m; i++) {
      search.around(turned, i, -1, this.root);
      this.write(search, found, i);
      yield i + 1;
    }
    return found;
  }

  private write({ who, squares }: Search, { k, rows, distances }: Neighbours, to: number): void {
    for (let j = 0; j < k; j++) {
      rows[to * k + j] = this.order[who[j]!]!;
      distances[to * k + j] = Math.sqrt(squares[j]!);
    }
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

/** Search for the k nearest points, reused for one query point after another. */
class Search {
  /** Positions in the order, and squared distances, nearest first. */
  readonly who: Int32Array;
  readonly squares: Float64Array;
  private from: Float32Array = new Float32Array(0);
  private own = 0;
  private except = -1;

  constructor(
    private readonly turned: Float32Array,
    private readonly width: number,
    private readonly k: number,
  ) {
    this.who = new Int32Array(k);
    this.squares = new Float64Array(k);
  }

  /** Searches around a point. @param row of `from` that holds it @param except a position in the order to skip; -1 for none */
  around(from: Float32Array, row: number, except: number, root: Cell): void {
    this.from = from;
    this.own = row * this.width;
    this.except = except;
    this.squares.fill(Infinity);
    this.visit(root, 0);
  }

  /** @param away squared distance from the point to the cell's box */
  private visit({ halves, start, end }: Cell, away: number): void {
    if (away >= this.squares[this.k - 1]!) return;
    if (halves === null) return this.compare(start, end);
    const [a, b] = [this.distanceTo(halves[0]), this.distanceTo(halves[1])];
    const [near, far] = a <= b ? halves : [halves[1], halves[0]];
    this.visit(near, Math.min(a, b));
    this.visit(far, Math.max(a, b));
  }

  private distanceTo({ least, most }: Cell): number {
    const { from, own, width } = this;
    const limit = this.squares[this.k - 1]!;
    let sum = 0;
    for (let q = 0; q < width && sum < limit; q++) {
      const value = from[own + q]!;
      const apart = value < least[q]! ? least[q]! - value : value > most[q]! ? value - most[q]! : 0;
      sum += apart * apart;
    }
    return sum;
  }

  private compare(start: number, end: number): void {
    const { from, own, turned, width, squares, who, k } = this;
    for (let other = start; other < end; other++) {
      const limit = squares[k - 1]!;
      const offset = other * width;
      let sum = 0;
      for (let q = 0; q < width && sum < limit; q += STRIDE_COORDINATES) {
        const a = from[own + q]! - turned[offset + q]!;
        const b = from[own + q + 1]! - turned[offset + q + 1]!;
        const c = from[own + q + 2]! - turned[offset + q + 2]!;
        const e = from[own + q + 3]! - turned[offset + q + 3]!;
        sum += a * a + b * b + c * c + e * e;
      }
      if (!(sum < limit) || other === this.except) continue;
      let place = k - 1;
      for (; place > 0 && squares[place - 1]! > sum; place--) {
        squares[place] = squares[place - 1]!;
        who[place] = who[place - 1]!;
      }
      squares[place] = sum;
      who[place] = other;
    }
  }
}

/** Divides a range of the order, in place, at the median of the component along which it is widest. */
function divided(turned: Float32Array, width: number, order: Uint32Array, start: number, end: number): Cell {
  const least = new Float32Array(width).fill(Infinity);
  const most = new Float32Array(width).fill(-Infinity);
  for (let i = start; i < end; i++) {
    for (let q = 0; q < width; q++) {
      const value = turned[order[i]! * width + q]!;
      if (value < least[q]!) least[q] = value;
      if (value > most[q]!) most[q] = value;
    }
  }
  const extents = most.map((value, q) => value - least[q]!);
  const widest = extents.indexOf(Math.max(...extents));
  if (end - start <= MAX_LEAF_POINTS || !(extents[widest]! > 0))
    return { start, end, least, most, halves: null };
  const along = (point: number): number => turned[point * width + widest]!;
  order.subarray(start, end).sort((a, b) => along(a) - along(b) || a - b);
  const middle = (start + end) >> 1;
  const half = (from: number, to: number): Cell => divided(turned, width, order, from, to);
  return { start, end, least, most, halves: [half(start, middle), half(middle, end)] };
}

function emptyNeighbours(count: number, k: number): Neighbours {
  return { k, rows: new Int32Array(count * k), distances: new Float32Array(count * k) };
}
