/** Whatever stands in metrics.jsonl, each reader gets rows and notes that are what they say, or none. */
import { appendFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runItem } from '../../src/host/runs/run-item';
import { runView } from '../../src/host/runs/run-view';
import { compareRuns, thinnedRows } from '../../src/runs/comparison';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { MetricsWriter } from '../../src/runs/metrics-writer';
import { listRuns, readRun, writeConfig } from '../../src/runs/store';
import { config, t, useFolder } from '../host/support';

const folder = useFolder();
let run: string;
beforeEach(async () => {
  run = join(folder.path(), 'run');
  await mkdir(run);
  await writeConfig(run, config());
});

const bound = { elbo: -100, reconstruction: -80, kl: 20 };
const train = { type: 'train', step: 10, samples: 1000, seconds: 0.5, ...bound };
const validation = { ...train, type: 'validation', epoch: 1, klPerDimension: [0.5, 1] };
const ended = { type: 'ended', state: 'finished', step: 10, message: 'done' };

/** Values that a field may be given instead of its own. */
const WRONG: readonly unknown[] = [
  null,
  'x',
  -1,
  1.5,
  1e999,
  true,
  [],
  {},
  [null],
  { toString: 1 },
  undefined,
];

function* wrongLines(): Generator<string> {
  for (const whole of [
    train,
    validation,
    ended,
    { type: 'resumed', resumedFrom: 5 },
    { type: 'checkpoints', every: 9 },
  ])
    for (const field of Object.keys(whole))
      for (const value of WRONG) yield JSON.stringify({ ...whole, [field]: value });
  yield* [
    '{"type":"ended","state":"x"}',
    '{"type":"__proto__"}',
    '{"type":"constructor","step":1}',
    'null',
    '[]',
    '7',
  ];
  yield* ['{', '', '\u0000', '{"type":"train"', `{"type":"train","step":${'9'.repeat(400)}}`, '"type"'];
  const used = { used: 3, missing: 1, changed: 0, added: 0 };
  for (const field of Object.keys(used))
    for (const value of WRONG)
      yield JSON.stringify({ type: 'resumed', resumedFrom: 5, images: { ...used, [field]: value } });
  yield `{"__proto__":{"type":"train"},"step":1}`;
  yield JSON.stringify({ ...validation, klPerDimension: Array.from({ length: 5000 }, () => 1) });
  yield JSON.stringify({ ...ended, message: 'x'.repeat(150_000) });
}

const isFine = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

/** What each reader makes of the run; none may throw. */
async function readers(): Promise<void> {
  const lines = await readMetricLines(run);
  for (const line of lines) {
    if (line.type === 'ended') expect(['finished', 'stopped', 'failed']).toContain(line.state);
    if (line.type === 'ended') expect(line.message.length).toBeLessThanOrEqual(10_000);
    if (line.type === 'train' || line.type === 'validation')
      expect(
        [line.step, line.samples, line.seconds, line.elbo, line.reconstruction, line.kl].every(isFine),
      ).toBe(true);
    if (line.type === 'validation') expect(line.klPerDimension.every(isFine)).toBe(true);
  }
  const record = await readRun(run);
  const now = new Date(0);
  const item = runItem(
    {
      ...{
        folderName: 'run',
        record,
        damage: '',
        live: null,
        responding: true,
        isEngine: false,
        remote: null,
      },
      ...{ current: true, now, language: 'en' },
    },
    t,
  );
  expect(item.description).not.toMatch(/undefined|NaN/);
  runView(run, record, null, t);
  thinnedRows(await readMetrics(run));
  await compareRuns([run, run]);
  expect((await listRuns(folder.path())).map(({ name }) => name)).toEqual(['run']);
}

test('each wrong line by itself, and all of them among right ones', async () => {
  const all = [...wrongLines()];
  expect(all.length).toBeGreaterThan(200);
  for (const line of all) {
    await writeFile(join(run, 'metrics.jsonl'), `${line}\n`);
    await readers();
  }
  const right = [train, validation, ended].map((line) => JSON.stringify(line));
  await writeFile(
    join(run, 'metrics.jsonl'),
    `${[right[0], ...all.filter((line) => !/type":"(train|validation|ended|resumed)/.test(line)), ...right.slice(1)].join('\n')}\n`,
  );
  await readers();
  expect(await readMetrics(run)).toEqual([train, validation]);
  expect((await readRun(run)).outcome).toBe('finished');
});

test('a long file is read in pieces, and a line without an end costs no memory', async () => {
  const file = await open(join(run, 'metrics.jsonl'), 'w');
  await file.write(`${JSON.stringify(train)}\n`);
  // 600 MB: more than a text may have in memory. Sparse, so that it takes no room.
  await file.truncate(600_000_000);
  await file.write(`\n${JSON.stringify({ ...train, step: 20 })}\n`, 600_000_000);
  await file.close();
  const before = process.memoryUsage().rss;
  expect((await readMetrics(run)).map(({ step }) => step)).toEqual([10, 20]);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});

test('a torn last line is left out by readers and cut off by the next writer', async () => {
  const path = join(run, 'metrics.jsonl');
  const whole = `${JSON.stringify(train)}\n`;
  // Longer than a piece that is read at once.
  for (const torn of ['{"type":"tra', 'x'.repeat(3_000_000)]) {
    await writeFile(path, whole + torn);
    expect(await readMetrics(run)).toEqual([train]);
    const writer = await MetricsWriter.open(run);
    await writer.close();
    expect(await readFile(path, 'utf8')).toBe(whole);
  }
  await writeFile(path, 'x'.repeat(3_000_000));
  await (await MetricsWriter.open(run)).close();
  expect(await readFile(path, 'utf8')).toBe('');
});

test('a file that is removed or replaced during the run loses no line', async () => {
  const path = join(run, 'metrics.jsonl');
  const at = (step: number) => ({ ...train, type: 'train' as const, step });
  const writer = await MetricsWriter.open(run);
  await writer.append([at(1)]);
  await rm(path);
  await writer.append([at(2)]);
  expect((await readMetrics(run)).map(({ step }) => step)).toEqual([1, 2]);
  // As editors save.
  await writeFile(`${path}.new`, await readFile(path));
  await rename(`${path}.new`, path);
  await writer.append([at(3)]);
  await writer.close();
  expect((await readMetrics(run)).map(({ step }) => step)).toEqual([1, 2, 3]);
});

test('what goes before the first line is written with it, or not at all', async () => {
  const path = join(run, 'metrics.jsonl');
  await appendFile(path, `${JSON.stringify(train)}\n`);
  const before = await readFile(path, 'utf8');
  const first = [{ type: 'resumed', resumedFrom: 5 }] as const;
  await (await MetricsWriter.open(run, first)).close();
  expect(await readFile(path, 'utf8')).toBe(before);
  const writer = await MetricsWriter.open(run, first);
  expect(writer.hasBegun).toBe(false);
  await writer.append([{ ...train, type: 'train', step: 6 }]);
  expect(writer.hasBegun).toBe(true);
  await writer.close();
  expect((await readMetrics(run)).map(({ step }) => step)).toEqual([6]);
});
