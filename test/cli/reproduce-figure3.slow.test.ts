import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRun } from '../../src/runs/store';
import { once } from '../support/once';
import { Cli, objects } from './support';
import type { Ended } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const reproduce = (...args: string[]): Promise<Ended> =>
  cli.run(['reproduce', 'figure3', '--threads', '1', ...args]);
interface Estimate {
  readonly logLikelihood: number;
  readonly standardError: number;
  readonly count: number;
  readonly paper: number | null;
}
interface Table {
  readonly k: number;
  readonly remarks: string[];
  readonly runs: {
    readonly trainSize: number;
    readonly algorithm: string;
    readonly points: { readonly samples: number; readonly test: Estimate; readonly train: Estimate }[];
  }[];
}
const table = async (out: string): Promise<Table> =>
  JSON.parse(await readFile(cli.path(out, 'table.json'), 'utf8')) as Table;
const FIRST = ['--data', 'digits:300', '--samples', '20000', '--train-sizes', '150,50', '--importance', '20'];
const figure = once(() => reproduce(...FIRST, '--out', 'fig'));

test('trains each run on its images, and writes L_k on the way: figure and table twice', async () => {
  const { code, stdout, stderr } = await figure();
  expect(code).toBe(0);
  expect(stderr).toContain('digits is not MNIST');
  expect(stdout).toMatch(
    /150 training images, wake-sleep, at 20,000 samples: test L_20 -\d+\.\d\d \(standard error \d+\.\d\d\), the paper has no value there/,
  );
  expect((await readdir(cli.path('fig'))).sort()).toEqual([
    ...['figure3.png', 'figure3.svg', 'runs', 'table.json', 'table.md'],
  ]);
  const { runs, k, remarks } = await table('fig');
  expect(k).toBe(20);
  expect(remarks.join()).toContain('Monte Carlo EM is not repeated');
  expect(runs.map(({ trainSize, algorithm }) => [trainSize, algorithm])).toEqual([
    [50, 'aevb'],
    [50, 'wake-sleep'],
    [150, 'aevb'],
    [150, 'wake-sleep'],
  ]);
  for (const { trainSize, points } of runs) {
    // 200 steps: the last, and the snapshots at 133 and so on are every second one, two decades back.
    expect(points.map(({ samples }) => samples)).toEqual([
      200, 400, 700, 1300, 2400, 4200, 7500, 13300, 20000,
    ]);
    const last = points.at(-1)!;
    expect(last.train.count).toBe(trainSize);
    expect(last.test.count).toBe(30);
    for (const split of ['test', 'train'] as const) {
      expect(last[split].logLikelihood).toBeGreaterThan(points[0]![split].logLikelihood);
      expect(last[split].standardError).toBeGreaterThan(0);
    }
  }
  const { config } = await readRun(cli.path('fig', 'runs', '50-wake-sleep'));
  expect(config).toMatchObject({
    model: { encoderHidden: [100], decoderHidden: [100], latent: 3 },
    training: { algorithm: 'wake-sleep', samples: 20_000 },
    data: { split: { trainLimit: 50 } },
  });
  const lines = (await readFile(cli.path('fig', 'table.md'), 'utf8')).split('\n');
  expect(lines.find((line) => line.startsWith('| 150 | AEVB |'))).toContain(
    runs[2]!.points.at(-1)!.test.logLikelihood.toFixed(2),
  );
});

test('run again, it trains nothing anew and comes to the same', async () => {
  await figure();
  const before = await table('fig');
  const { code, stdout } = await reproduce(...FIRST, '--out', 'fig', '--json');
  expect(code).toBe(0);
  expect(objects(stdout).map(({ type }) => type)).toEqual([...Array<string>(4).fill('panel'), 'figure']);
  expect(await table('fig')).toEqual(before);
});

test('the end of a run is what `vae evaluate` says of it', async () => {
  await figure();
  const run = cli.path('fig', 'runs', '150-aevb');
  const { stdout } = await cli.run(['evaluate', run, '--importance', '20', '--threads', '1', '--json']);
  const evaluated = objects(stdout).find((object) => 'logLikelihood' in object)!;
  const { points } = (await table('fig')).runs[2]!;
  expect(points.at(-1)!.test.logLikelihood).toBeCloseTo(evaluated['logLikelihood'] as number, 4);
});

test('more training images than there are', async () => {
  const { code, stderr } = await reproduce('--data', 'digits:300', '--out', 'none');
  expect(code).toBe(2);
  expect(stderr).toContain('got 240 training images, expected at least 50,000; choose with --train-sizes');
  expect(await readdir(cli.cwd)).not.toContain('none');
  const words = await reproduce('--train-sizes', 'few');
  expect(words).toMatchObject({ code: 2, stdout: '' });
  expect(words.stderr).toContain('Expected whole numbers of at least 1');
});
