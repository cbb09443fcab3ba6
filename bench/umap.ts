/**
 * How long UMAP takes, and how much memory: `npm run bench -- umap [points ...]`. Points of 20 dimensions about ten centres, as
 * the posterior means of an image set with ten classes may lie.
 */
import { RandomStream } from '../src/random/stream';
import { layOut } from '../src/model/umap-layout';

const DIMENSIONS = 20;
const CENTRES = 10;

function points(count: number): Float32Array {
  const stream = new RandomStream(1, 'sample');
  const centres = stream.normals(0, CENTRES * DIMENSIONS);
  return stream.normals(1, count * DIMENSIONS).map((noise, i) => {
    const centre = Math.floor(i / DIMENSIONS) % CENTRES;
    return centres[centre * DIMENSIONS + (i % DIMENSIONS)]! + 0.4 * noise;
  });
}

const counts = process.argv.slice(2).map(Number);
for (const count of counts.length > 0 ? counts : [5000, 20_000]) {
  const request = { neighbours: 15, minDist: 0.1, seed: 0, most: count };
  const begun = performance.now();
  const seconds = (): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  const work = layOut(points(count), DIMENSIONS, request);
  let stage = '';
  for (let next = work.next(); !next.done; next = work.next()) {
    if (stage === 'neighbours' && next.value.stage !== stage)
      console.log(`${count}: neighbours ${seconds()}`);
    ({ stage } = next.value);
  }
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${count}: laid out ${seconds()}, peak of resident memory so far ${peak} MiB`);
}
