import type { Neighbours } from './neighbour-index';

/** Edges between neighbouring points, each pair once, with weights in (0, 1]. */
export interface NeighbourGraph {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

const MAX_ROUNDS = 64;
const BANDWIDTH_TOLERANCE = 1e-5;
/** Minimum scale of a neighbourhood, as a fraction of its mean distance. */
const MIN_SCALE = 1e-3;

/**
 * Returns how strongly each point's neighbours belong to it: exp(-(distance - ρ) / σ), where ρ is the distance of the nearest
 * neighbour that does not coincide with it, and σ makes a point's memberships sum to log2(k + 1) (arXiv:1802.03426, section
 * 3.1; the paper's k counts the point itself). @returns n × k
 */
export function memberships({ k, distances }: Neighbours): Float32Array {
  const wanted = Math.log2(k + 1);
  const result = new Float32Array(distances.length);
  const mean = meanOf(distances);
  for (let start = 0; start < distances.length; start += k) {
    const own = distances.subarray(start, start + k);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const least = MIN_SCALE * (nearest > 0 ? meanOf(own) : mean);
    const scale = Math.max(least, scaleFor(own, nearest, wanted));
    own.forEach((distance, j) => {
      result[start + j] = distance <= nearest ? 1 : Math.exp((nearest - distance) / scale);
    });
  }
  return result;
}

/** Returns the σ at which the memberships sum to `wanted`, by bisection. */
function scaleFor(distances: Float32Array, nearest: number, wanted: number): number {
  let [low, high, scale] = [0, Infinity, 1];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let sum = 0;
    for (const distance of distances) sum += distance <= nearest ? 1 : Math.exp((nearest - distance) / scale);
    if (Math.abs(sum - wanted) < BANDWIDTH_TOLERANCE) break;
    if (sum > wanted) high = scale;
    else low = scale;
    scale = high === Infinity ? scale * 2 : (low + high) / 2;
  }
  return scale;
}

/** Returns the fuzzy union of all neighbourhoods: a + b - ab for the memberships a and b of two points in each other's. */
export function neighbourGraph(neighbours: Neighbours): NeighbourGraph {
  const { k, rows } = neighbours;
  const towards = memberships(neighbours);
  const first = new Int32Array(rows.length);
  const second = new Int32Array(rows.length);
  const weight = new Float32Array(rows.length);
  let pairs = 0;
  for (let at = 0; at < rows.length; at++) {
    const point = Math.floor(at / k);
    const other = rows[at]!;
    const back = rows.subarray(other * k, (other + 1) * k).indexOf(point);
    // Mutual neighbours are stored once.
    if (back >= 0 && other < point) continue;
    const [a, b] = [towards[at]!, back >= 0 ? towards[other * k + back]! : 0];
    first[pairs] = point;
    second[pairs] = other;
    weight[pairs++] = a + b - a * b;
  }
  return {
    first: first.slice(0, pairs),
    second: second.slice(0, pairs),
    weight: weight.slice(0, pairs),
  };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
