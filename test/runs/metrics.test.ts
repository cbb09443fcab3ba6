import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import type { MetricLine } from '../../src/runs/metrics';
import { MetricsWriter } from '../../src/runs/metrics-writer';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vae-metrics-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const row = (step: number, elbo = -step) =>
  ({ type: 'train', step, samples: step * 100, seconds: 1, elbo, reconstruction: elbo + 1, kl: 1 }) as const;

async function append(...lines: MetricLine[]): Promise<void> {
  const writer = await MetricsWriter.open(folder);
  await writer.append(lines);
  await writer.close();
}

test('a missing file has no rows', async () => {
  expect(await readMetrics(folder)).toEqual([]);
});

test('a resume drops the rows after its step, and only those', async () => {
  await append(row(10), row(20), row(30), { type: 'resumed', resumedFrom: 20 }, row(30, -7));
  expect(await readMetrics(folder)).toEqual([row(10), row(20), row(30, -7)]);
});

test('a torn last line is not shown, and a later writer does not glue to it', async () => {
  await append(row(10));
  await appendFile(join(folder, 'metrics.jsonl'), '{"type":"train","st');
  expect(await readMetrics(folder)).toEqual([row(10)]);
  await append(row(20));
  expect(await readMetrics(folder)).toEqual([row(10), row(20)]);
  expect(await readFile(join(folder, 'metrics.jsonl'), 'utf8')).not.toContain('"st{');
});

test('a line that is no JSON in the middle is passed over', async () => {
  await append(row(10));
  await appendFile(join(folder, 'metrics.jsonl'), 'garbage\n42\n');
  await append(row(20), { type: 'ended', state: 'finished', step: 20, message: 'done' });
  expect((await readMetricLines(folder)).map((line) => line.type)).toEqual(['train', 'train', 'ended']);
});
