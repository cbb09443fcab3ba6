/** A bound that is not finite: training goes back to a checkpoint with a lower learning rate, a few times, and never saves such weights. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCheckpoints, newestCheckpoint } from '../../src/runs/checkpoint';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { decodeSafetensors } from '../../src/runs/safetensors';
import { readRun } from '../../src/runs/store';
import { Cli } from '../cli/support';

const SMALL = [
  ...['--preset', 'fast', '--engine', 'onnx', '--threads', '1', '--set', 'hidden=16', '--set', 'latent=2'],
  ...['--set', 'minibatch=10', '--set', 'checkpointEvery=100', '--set', 'patience=0'],
];
const train = (run: string, ...more: string[]) =>
  cli.run(['train', '--data', 'digits:300', ...SMALL, '--samples', '6000', '--run', run, ...more]);

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

async function recoveries(run: string) {
  const lines = await readMetricLines(cli.path(run));
  return lines.filter((line) => line.type === 'recovered');
}

async function savedIsFinite(run: string): Promise<void> {
  for (const step of await listCheckpoints(cli.path(run))) {
    const bytes = await readFile(cli.path(run, 'checkpoints', `${step}.safetensors`));
    for (const { data } of decodeSafetensors(bytes).tensors.values())
      expect(data.every(Number.isFinite)).toBe(true);
  }
}

test('a learning rate that is too high is lowered until training goes on, recorded and said', async () => {
  const { code, stderr } = await train('high', '--set', 'optimizer=sgd', '--set', 'learningRate=100');
  expect(code).toBe(0);
  const found = await recoveries('high');
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(3);
  found.forEach(({ learningRate }, i) => expect(learningRate).toBeCloseTo(100 / 10 ** (i + 1), 9));
  expect(stderr).toMatch(
    /The bound was not finite after step \d+: training went back to its start .* learning rate, 0\.1 \(3 of at most 3 times\)/,
  );
  expect((await readRun(cli.path('high'))).outcome).toBe('finished');
  const rows = await readMetrics(cli.path('high'));
  // A curve without steps back, whose numbers are finite.
  const steps = rows.filter(({ type }) => type === 'train').map(({ step }) => step);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(rows.every(({ elbo }) => Number.isFinite(elbo))).toBe(true);
  await savedIsFinite('high');
});

test('three times at most; then it stops with advice, which works', async () => {
  const { code, stderr } = await train('absurd', '--set', 'optimizer=sgd', '--set', 'learningRate=1e6');
  expect(code).not.toBe(0);
  expect((await recoveries('absurd')).length).toBe(3);
  expect(stderr).toContain('Training has diverged');
  expect(stderr).toContain('the last of 3 lower ones');
  const advised = /vae resume --set (learningRate=[\d.e+-]+)/.exec(stderr)![1]!;
  expect(await readRun(cli.path('absurd'))).toMatchObject({ outcome: 'failed', lowerLearningRate: 100 });
  await savedIsFinite('absurd');
  // Without another learning rate it fails again, and says the same.
  const again = await cli.run(['resume', 'absurd', '--engine', 'onnx', '--threads', '1']);
  expect(again.stderr).toContain('Training has diverged');
  expect((await recoveries('absurd')).length).toBe(3);
  expect(advised).toBe('learningRate=100');
  const resumed = await cli.run([
    ...['resume', 'absurd', '--engine', 'onnx', '--threads', '1', '--set', 'learningRate=0.01'],
  ]);
  expect(`${resumed.code} ${resumed.stderr}`).toMatch(/^0 /);
  expect((await readRun(cli.path('absurd'))).outcome).toBe('finished');
});

test('a run that recovered and was killed then ends with the bytes of one that was not', async () => {
  const high = ['--set', 'optimizer=sgd', '--set', 'learningRate=100'];
  await train('one', ...high);
  // As after a kill right behind the line of the recovery.
  await train('two', ...high);
  const path = cli.path('two', 'metrics.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const last = lines.findLastIndex((line) => line.includes('"recovered"'));
  await writeFile(path, `${lines.slice(0, last + 1).join('\n')}\n`);
  const back = (JSON.parse(lines[last]!) as { resumedFrom: number }).resumedFrom;
  for (const step of await listCheckpoints(cli.path('two')))
    if (step > back) await rm(cli.path('two', 'checkpoints', `${step}.safetensors`));
  expect((await cli.run(['resume', 'two', '--engine', 'onnx', '--threads', '1'])).code).toBe(0);
  const [a, b] = await Promise.all(['one', 'two'].map((run) => newestCheckpoint(cli.path(run))));
  expect(b).toEqual(a);
});

test.each([
  ['latent=3', /'latent' of a run that has begun cannot change/],
  ['learningRate=-1', /Expected a positive number/],
  ['learningRate', /Expected key=value/],
])('vae resume --set %s is refused', async (text, says) => {
  const { code, stderr } = await cli.run(['resume', 'one', '--set', text]);
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
});
