import { nearestPoints } from './nearest';

/** Points on a layout that a place between them is given by. */
const NEIGHBOURS = 15;

/** Points, by index, and their shares in a mean, whose sum is 1. */
interface WeightedRows {
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * Says which points a place on a layout stands for, if the layout is no projection that could be inverted: a weighted mean of the
 * 15 nearest, with the biweight kernel w = (1 - d² / r²)², where r is the distance of the next point. A point loses its weight as it
 * passes out of the neighbourhood, so the mean changes continuously with the place.
 * @param places x and y of each point; at least one point @param place x and y
 */
export function amongNeighbours(places: Float32Array, place: Float32Array): WeightedRows {
  const near = nearestPoints(places, place, NEIGHBOURS + 1);
  const radius = near.at(-1)!.distance;
  const rows = Uint32Array.from(near, ({ row }) => row);
  const raw = Float64Array.from(near, ({ distance }) => (1 - (distance / radius) ** 2) ** 2);
  const sum = raw.reduce((total, weight) => total + weight, 0);
  // All are equally far away: of each other, or of a single point.
  if (!(sum > 0)) return { rows, weights: raw.fill(1 / rows.length) };
  return { rows, weights: raw.map((weight) => weight / sum) };
}

/** Returns the weighted mean of points. @param points d numbers each @returns d numbers */
export function weightedMean(points: Float32Array, d: number, { rows, weights }: WeightedRows): Float64Array {
  const mean = new Float64Array(d);
  rows.forEach((row, k) => {
    for (let i = 0; i < d; i++) mean[i]! += weights[k]! * points[row * d + i]!;
  });
  return mean;
}
