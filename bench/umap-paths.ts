/**
 * Where straight paths through latent space would lie on a UMAP layout: `npm run bench -- umap-paths latents.csv`, a table of
 * `vae export RUN --format latents --table csv`. Each path leads between two images of different labels in 20 steps, and its points are
 * placed among their neighbours, as images are that were not fitted.
 */
import { readFileSync } from 'node:fs';
import { umap } from '../src/latent/umap/umap';
import { RandomStream } from '../src/random/stream';
import { uniformSource } from '../src/random/uniform-source';

const [PATHS, STEPS] = [200, 20];
const uniform = uniformSource(new RandomStream(1, 'sample'), 0);
const [head, ...rows] = readFileSync(process.argv[2]!, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const columns = head!.flatMap((name, i) => (name.startsWith('mean_') ? [i] : []));
const labels = rows.map((row) => row[head!.indexOf('label')]);
const means = rows.map((row) => columns.map((column) => Number(row[column])));
const [count, d] = [means.length, columns.length];

const points = [...means];
while (points.length < count + PATHS * (STEPS + 1)) {
  const [a, b] = [0, 0].map(() => Math.floor(uniform() * count)) as [number, number];
  if (labels[a] === labels[b]) continue;
  for (let step = 0; step <= STEPS; step++)
    points.push(means[a]!.map((value, k) => value + (step / STEPS) * (means[b]![k]! - value)));
}
const fitted = Uint32Array.from({ length: count }, (_, i) => i);
const work = umap(Float32Array.from(points.flat()), d, { neighbours: 15, minDist: 0.1 }, fitted, uniform);
let next = work.next();
while (!next.done) next = work.next();
const { places } = next.value;

const distance = (i: number, j: number): number =>
  Math.hypot(places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!);
const toNearestImage = (i: number): number =>
  fitted.reduce((least, j) => (j === i ? least : Math.min(least, distance(i, j))), Infinity);
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const usual = median(Array.from({ length: 500 }, (_, i) => toNearestImage(Math.floor((i * count) / 500))));
const shares: number[] = [];
const far: number[] = [];
for (let first = count; first < points.length; first += STEPS + 1) {
  const lengths = Array.from({ length: STEPS }, (_, step) => distance(first + step, first + step + 1));
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  shares.push(sum([...lengths].sort((a, b) => b - a).slice(0, 3)) / sum(lengths));
  for (let step = 3; step <= STEPS - 3; step++) far.push(toNearestImage(first + step) / usual);
}
const percent = (share: number): string => `${Math.round(100 * share)} %`;
console.log(`${count} images, ${d} dimensions`);
console.log(`the longest 3 of ${STEPS} equal steps: ${percent(median(shares))} of a path's length (median)`);
console.log(
  `points more than 5 times as far from every image as images from each other: ${percent(far.filter((each) => each > 5).length / far.length)}`,
);
