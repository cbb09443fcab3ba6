import { curveFor } from './membership-curve';
import { memberships, neighbourGraph } from './neighbour-graph';
import { NeighbourIndex } from './neighbour-index';
import { rowsOf } from '../rows';
import { optimise } from './optimise-layout';

/** Parameters of a layout. */
export interface UmapParameters {
  /** Size of a point's neighbourhood, including itself. */
  readonly neighbours: number;
  /** How close points may lie to each other in the layout. */
  readonly minDist: number;
}

export interface UmapProgress {
  readonly stage: 'neighbours' | 'layout' | 'rest';
  readonly done: number;
  readonly total: number;
}

export interface Layout {
  /** x and y of each point. */
  readonly places: Float32Array;
  /** Number of points that were fitted; the rest are placed among them. */
  readonly fitted: number;
  readonly epochs: number;
}

/** Maximum number of points for the larger number of epochs. */
const MANY_EPOCHS_LIMIT = 10_000;
/** Half the width of the initial layout, and the jitter that separates equal points. */
const INITIAL_HALF_WIDTH = 10;
const INITIAL_JITTER = 1e-4;

/**
 * Projects points to the plane by Uniform Manifold Approximation and Projection (McInnes, Healy & Melville, arXiv:1802.03426),
 * with exact neighbours. Starts with the first two principal components, so that distant points start far apart. Points outside
 * `chosen` are placed at the weighted mean of their fitted neighbours.
 * @param points n × d @param chosen indices of the points to fit; null for all @param uniform draws from (0, 1)
 */
export function* umap(
  points: Float32Array,
  d: number,
  { neighbours, minDist }: UmapParameters,
  chosen: Uint32Array | null,
  uniform: () => number,
): Generator<UmapProgress, Layout> {
  const fitted = chosen === null ? points : rowsOf(points, d, chosen);
  const total = fitted.length / d;
  const index = new NeighbourIndex(fitted, d);
  const near = yield* told('neighbours', total, index.ofEach(neighbours - 1));
  const epochs = total <= MANY_EPOCHS_LIMIT ? 500 : 200;
  const places = startOf(index, total, uniform);
  yield* told('layout', epochs, optimise(places, neighbourGraph(near), curveFor(minDist), epochs, uniform));
  if (chosen === null) return { places: Float32Array.from(places), fitted: total, epochs };

  const all = new Float32Array((points.length / d) * 2).fill(NaN);
  chosen.forEach((point, i) => all.set(places.subarray(2 * i, 2 * i + 2), 2 * point));
  const rest = Uint32Array.from(remaining(all));
  const among = yield* told('rest', rest.length, index.of(rowsOf(points, d, rest), neighbours - 1));
  const weights = memberships(among);
  rest.forEach((point, i) => {
    const sums = [0, 0, 0] as [number, number, number];
    for (let at = i * among.k; at < (i + 1) * among.k; at++) {
      sums[0] += weights[at]! * places[2 * among.rows[at]!]!;
      sums[1] += weights[at]! * places[2 * among.rows[at]! + 1]!;
      sums[2] += weights[at]!;
    }
    all.set([sums[0] / sums[2], sums[1] / sums[2]], 2 * point);
  });
  return { places: all, fitted: total, epochs };
}

function* told<T>(
  stage: UmapProgress['stage'],
  total: number,
  work: Generator<number, T>,
): Generator<UmapProgress, T> {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    yield { stage, done: next.value, total };
  }
}

/** Returns the first two principal components, on a common scale; an axis without variation is filled at random. */
function startOf(index: NeighbourIndex, count: number, uniform: () => number): Float64Array {
  const axes = [index.along(0), index.along(1)] as const;
  const widest = axes[0].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const places = new Float64Array(2 * count);
  axes.forEach((axis, which) => {
    const varies = axis.some((value) => value !== 0);
    axis.forEach((value, i) => {
      const noise = 2 * uniform() - 1;
      places[2 * i + which] = varies
        ? (INITIAL_HALF_WIDTH * value) / widest + INITIAL_JITTER * noise
        : INITIAL_HALF_WIDTH * noise;
    });
  });
  return places;
}

/** Returns the indices of the points that have no position yet. */
function remaining(places: Float32Array): number[] {
  const rest: number[] = [];
  for (let point = 0; point < places.length / 2; point++)
    if (Number.isNaN(places[2 * point]!)) rest.push(point);
  return rest;
}
