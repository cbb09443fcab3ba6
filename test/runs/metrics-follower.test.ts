import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MetricsFollower } from '../../src/runs/metrics-follower';
import { useFolder } from '../host/support';

const folder = useFolder().path;
let run: string;
let file: string;
beforeEach(async () => {
  run = join(folder(), 'run');
  file = join(run, 'metrics.jsonl');
  await mkdir(run);
});

const line = (step: number, elbo = -step): string =>
  `${JSON.stringify({ type: 'train', step, samples: step * 10, seconds: step, elbo, reconstruction: elbo, kl: 0 })}\n`;
const steps = async (follower: MetricsFollower): Promise<number[]> =>
  (await follower.read()).map(({ step }) => step);

test('each row is read once, when its line is whole', async () => {
  const follower = new MetricsFollower(run);
  expect(await steps(follower)).toEqual([]);
  await writeFile(file, line(1) + line(2).slice(0, 20));
  expect(await steps(follower)).toEqual([1]);
  expect(await steps(follower)).toEqual([1]);
  await appendFile(file, line(2).slice(20) + line(3));
  expect(await steps(follower)).toEqual([1, 2, 3]);
});

test('rows that a resume dropped are dropped, also those read before', async () => {
  const follower = new MetricsFollower(run);
  await writeFile(file, [1, 2, 3].map((step) => line(step)).join(''));
  expect(await steps(follower)).toEqual([1, 2, 3]);
  await appendFile(file, `${JSON.stringify({ type: 'resumed', resumedFrom: 1 })}\n${line(2)}`);
  expect(await steps(follower)).toEqual([1, 2]);
});

test('a divergence that training went on from is known, until the file is another one', async () => {
  const follower = new MetricsFollower(run);
  await writeFile(file, line(1) + line(2));
  await follower.read();
  expect(follower.lastRecovery).toBeNull();
  const recovered = { type: 'recovered', step: 2, resumedFrom: 1, learningRate: 0.1 };
  await appendFile(file, `${JSON.stringify(recovered)}\n${line(2)}`);
  expect(await steps(follower)).toEqual([1, 2]);
  expect(follower.lastRecovery).toEqual(recovered);
  await writeFile(file, line(1));
  expect(await steps(follower)).toEqual([1]);
  expect(follower.lastRecovery).toBeNull();
});

test('starts over with a file that is shorter, another one, or missing', async () => {
  const follower = new MetricsFollower(run);
  await writeFile(file, line(1) + line(2) + line(3));
  expect(await steps(follower)).toEqual([1, 2, 3]);
  await writeFile(file, line(7));
  expect(await steps(follower)).toEqual([7]);
  await rm(file);
  expect(await steps(follower)).toEqual([]);
  await writeFile(join(run, 'other'), '');
  await writeFile(file, line(8) + line(9));
  expect(await steps(follower)).toEqual([8, 9]);
});

test('of a long curve, rows are left out and the newest stays', async () => {
  const follower = new MetricsFollower(run, 16 * 50);
  await writeFile(file, Array.from({ length: 1000 }, (_, i) => line(i)).join(''));
  const read = await steps(follower);
  expect(read.length).toBeLessThanOrEqual(50);
  expect([read[0], read.at(-1)]).toEqual([0, 999]);
});

test('a file that cannot be read is said, and read from its start afterwards', async () => {
  const follower = new MetricsFollower(run);
  await writeFile(file, line(1));
  expect(await steps(follower)).toEqual([1]);
  await rm(file);
  await mkdir(file);
  await expect(follower.read()).rejects.toThrow('is a folder, expected');
  await rm(file, { recursive: true });
  await writeFile(file, line(1) + line(2));
  expect(await steps(follower)).toEqual([1, 2]);
});
