import type { Curve } from './membership-curve';
import type { NeighbourGraph } from './neighbour-graph';

/** Random points that repel a point, per point that attracts it. */
const NEGATIVE_SAMPLES = 5;
/** Maximum move of a point along an axis per update. */
const MAX_MOVE = 4;
/** Offset that keeps the repulsion finite at distance zero. */
const REPULSION_EPSILON = 0.001;

/**
 * Moves the points of a layout, in place, down the sampled gradient of the cross entropy between the graph and closeness in the
 * layout. The larger a pair's weight, the more often its points attract each other; each time, random points repel both
 * (arXiv:1802.03426, section 3.2 and algorithm 5). Yields the number of finished epochs after each.
 * @param places x and y of each point @param uniform draws from (0, 1)
 */
export function* optimise(
  places: Float64Array,
  graph: NeighbourGraph,
  curve: Curve,
  epochs: number,
  uniform: () => number,
): Generator<number, void> {
  const strongest = graph.weight.reduce((most, value) => Math.max(most, value), 0);
  /** Epochs between the updates of each pair. */
  const every = graph.weight.map((value) => strongest / value);
  const due = every.slice();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = 1 - epoch / epochs;
    for (let pair = 0; pair < due.length; pair++) {
      if (due[pair]! > epoch) continue;
      due[pair]! += every[pair]!;
      const [one, other] = [graph.first[pair]!, graph.second[pair]!];
      pull(places, one, other, curve, step);
      push(places, one, curve, step, uniform);
      pull(places, one, other, curve, step);
      push(places, other, curve, step, uniform);
    }
    yield epoch + 1;
  }
}

/** Moves two points towards each other. */
function pull(places: Float64Array, one: number, other: number, { a, b }: Curve, step: number): void {
  const x = places[2 * one]! - places[2 * other]!;
  const y = places[2 * one + 1]! - places[2 * other + 1]!;
  const square = x * x + y * y;
  if (square === 0) return;
  const power = a * powerOf(square, b);
  const slope = (-2 * b * power) / (square * (power + 1));
  const moveX = step * clipped(slope * x);
  const moveY = step * clipped(slope * y);
  places[2 * one]! += moveX;
  places[2 * one + 1]! += moveY;
  places[2 * other]! -= moveX;
  places[2 * other + 1]! -= moveY;
}

/** Moves a point away from random points. */
function push(
  places: Float64Array,
  point: number,
  { a, b }: Curve,
  step: number,
  uniform: () => number,
): void {
  const count = places.length / 2;
  let ownX = places[2 * point]!;
  let ownY = places[2 * point + 1]!;
  for (let i = 0; i < NEGATIVE_SAMPLES; i++) {
    const other = Math.floor(uniform() * count);
    const x = ownX - places[2 * other]!;
    const y = ownY - places[2 * other + 1]!;
    const square = x * x + y * y;
    if (square === 0 || other === point) continue;
    const slope = (2 * b) / ((REPULSION_EPSILON + square) * (a * powerOf(square, b) + 1));
    ownX += step * clipped(slope * x);
    ownY += step * clipped(slope * y);
  }
  places[2 * point] = ownX;
  places[2 * point + 1] = ownY;
}

/** Returns x^b for positive x, in less than half the time of Math.pow. */
const powerOf = (x: number, b: number): number => Math.exp(b * Math.log(x));

const clipped = (value: number): number =>
  value > MAX_MOVE ? MAX_MOVE : value < -MAX_MOVE ? -MAX_MOVE : value;
