/** A metrics file of 200 MB is opened by its end at once, and read whole in bounded memory. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MetricRow } from '../../src/domain/metrics';
import { MAX_CURVE_NUMBERS, numbersOf } from '../../src/domain/curve-rows';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { writeConfig } from '../../src/runs/store';
import { config } from '../host/support';
import { Programs } from './support/programs';

const BYTES = 200_000_000;
const bound = { elbo: -100, reconstruction: -80, kl: 20 };
const rowAt = (step: number): MetricRow => ({
  type: 'train',
  step,
  samples: step * 100,
  seconds: 1,
  ...bound,
});
const validationAt = (step: number, elbo: number): MetricRow => ({
  ...{ ...rowAt(step), type: 'validation', epoch: 1, elbo },
  klPerDimension: Array.from({ length: 50 }, (_, i) => i / 7),
});

/** Prints what `use` makes of the run, with the memory and the processor time that it took. */
const program = (use: string): string => `
import { readMetrics, readNewestMetrics } from '@/runs/metrics';
import { readRun } from '@/runs/store';
const [run] = process.argv.slice(2);
const memory = process.resourceUsage().maxRSS;
const { user, system } = process.cpuUsage();
const used = ${use};
void used.then((result: unknown) => {
  const now = process.cpuUsage();
  const kB = process.resourceUsage().maxRSS - memory;
  console.log(JSON.stringify({ result, kB, seconds: (now.user + now.system - user - system) / 1e6 }));
});`;

let folder: string;
let programs: Programs;
let lastStep: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-long-'));
  const run = join(folder, 'run');
  await mkdir(run);
  await writeConfig(run, config());
  const file = await open(join(run, 'metrics.jsonl'), 'w');
  await file.write(`${JSON.stringify(validationAt(1, -1))}\n`);
  let step = 1;
  for (let size = 0; size < BYTES;) {
    const rows = Array.from({ length: 5000 }, () =>
      ++step % 20 === 0 ? validationAt(step, -90) : rowAt(step),
    );
    size += (await file.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))).bytesWritten;
  }
  await file.write(`${JSON.stringify({ type: 'ended', state: 'finished', step, message: 'done' })}\n`);
  await file.close();
  lastStep = step;
  programs = await Programs.build({
    list: program('readRun(run!)'),
    end: program('readNewestMetrics(run!)'),
    whole: program('readMetrics(run!)'),
  });
});
afterAll(async () => {
  await programs.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function run<T>(name: string): Promise<{ result: T; kB: number; seconds: number }> {
  const { code, stdout, stderr } = await programs.run(name, [join(folder, 'run')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { result: T; kB: number; seconds: number };
}

test('a list reads the end, and says so', async () => {
  const { result, kB, seconds } = await run<Record<string, unknown>>('list');
  expect(result).toMatchObject({ outcome: 'finished', message: 'done', lastRow: { step: lastStep } });
  expect(result['best']).toMatchObject({ elbo: -90 });
  expect(result['unreadMetrics']).toBeGreaterThan(BYTES - 10_000_000);
  expect(kB).toBeLessThan(100_000);
  expect(seconds).toBeLessThan(1);
});

test('the panel opens with the end', async () => {
  const { result, kB, seconds } = await run<{ rows: MetricRow[]; isWhole: boolean }>('end');
  expect(result.isWhole).toBe(false);
  const steps = result.rows.map(({ step }) => step);
  expect(steps.length).toBeGreaterThan(20_000);
  expect(steps).toEqual(Array.from(steps, (_, i) => lastStep - steps.length + 1 + i));
  expect(kB).toBeLessThan(100_000);
  expect(seconds).toBeLessThan(1);
});

test('the whole is thinned evenly, with its first, best and last rows', async () => {
  const { result: rows, kB, seconds } = await run<MetricRow[]>('whole');
  expect(rows.reduce((sum, row) => sum + numbersOf(row), 0)).toBeLessThanOrEqual(MAX_CURVE_NUMBERS);
  expect(rows.length).toBeGreaterThan(20_000);
  expect(rows[0]).toEqual(validationAt(1, -1));
  expect(rows.at(-1)!.step).toBe(lastStep);
  const steps = rows.filter(({ type }) => type === 'train').map(({ step }) => step);
  const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
  // Every 2^k-th row, but for the newest one and the validation rows between.
  expect(Math.max(...gaps.slice(0, -1))).toBeLessThanOrEqual(2 * Math.min(...gaps.slice(0, -1)));
  expect(kB).toBeLessThan(250_000);
  expect(seconds).toBeLessThan(30);
});
