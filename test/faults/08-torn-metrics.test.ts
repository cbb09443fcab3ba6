/** A line of the curve that is torn, or being written, hides no whole line, and is there once it is whole; so with two writers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MetricsWriter } from '../../src/runs/metrics-writer';
import { readMetrics, readNewestMetrics } from '../../src/runs/metrics';
import { readMetricsEnd } from '../../src/runs/metrics-end';
import { useFolder } from '../host/support';

const folder = useFolder();
const run = (): string => join(folder.path(), 'run');
beforeEach(() => mkdir(run()));
const row = (step: number) =>
  ({
    type: 'train',
    step,
    samples: step * 100,
    seconds: 1,
    elbo: -100,
    reconstruction: -80,
    kl: 20,
  }) as const;

test('cut at each byte, every reader shows the whole lines', async () => {
  const lines = [1, 2, 3].map((step) => `${JSON.stringify(row(step))}\n`);
  const text = lines.join('');
  for (let length = 0; length <= text.length; length++) {
    await writeFile(join(run(), 'metrics.jsonl'), text.slice(0, length));
    const whole = text.slice(0, length).split('\n').length - 1;
    const steps = [1, 2, 3].slice(0, whole);
    expect((await readMetrics(run())).map(({ step }) => step)).toEqual(steps);
    expect((await readNewestMetrics(run())).rows.map(({ step }) => step)).toEqual(steps);
    expect((await readMetricsEnd(run())).lastRow?.step).toBe(steps.at(-1));
  }
});

test('two writers at once, one of which began on a torn line: each line is whole', async () => {
  await writeFile(join(run(), 'metrics.jsonl'), `${JSON.stringify(row(1))}\n{"type":"tra`);
  const writers = [await MetricsWriter.open(run()), await MetricsWriter.open(run())];
  const written: number[] = [];
  for (let step = 2; step < 102; step += 2) {
    await Promise.all(writers.map((writer, i) => writer.append([row(step + i)])));
    written.push(step, step + 1);
    const seen = (await readMetrics(run())).map((each) => each.step);
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, ...written]);
  }
  for (const writer of writers) await writer.close();
});
