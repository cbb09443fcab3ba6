/** Runs as each released version wrote them, whole and damaged (test/fixtures/runs/VERSION): every later version opens them. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newestCheckpoint } from '../../src/runs/checkpoint';
import { directionsFolder, listDirections } from '../../src/runs/directions';
import { excludedFile, readExcluded } from '../../src/runs/excluded-images';
import { readLatents } from '../../src/runs/latents';
import { readMetrics } from '../../src/runs/metrics';
import { listSnapshots, readSnapshot } from '../../src/runs/snapshots';
import { listRuns, readRun } from '../../src/runs/store';
import { readTags } from '../../src/runs/tags';
import { readLayout } from '../../src/runs/umap-files';
import { Cli } from '../cli/support';

const FIXTURES = resolve('test', 'fixtures', 'runs');

let cli: Cli;
let root: string;
beforeAll(async () => void (cli = await Cli.build()));
afterAll(() => cli.dispose());
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'vae-golden-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

/** Copies the folder that a version wrote. @returns the path of one of its runs */
async function open(version: string, name: string): Promise<string> {
  await cp(join(FIXTURES, version), root, { recursive: true });
  return join(root, 'runs', name);
}

/** What `vae evaluate` printed when the run was made, with ONNX Runtime; another processor may round otherwise. */
async function bound(run: string): Promise<number> {
  const args = ['evaluate', run, '--engine', 'onnx', '--threads', '1', '--split', 'all', '--json'];
  const { code, stdout, stderr } = await cli.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^(?!.*error)/) as string });
  return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { elbo: number }).elbo;
}

describe('0.1.0', () => {
  const BOUND = -41.19495;
  const round = { name: 'round', ids: ['digits#0', 'digits#8'] };

  test('whole', async () => {
    const run = await open('0.1.0', 'whole');
    const record = await readRun(run);
    expect(record).toMatchObject({ outcome: 'finished', message: 'all 1000 samples are done' });
    expect(record.checkpoints).toEqual([60, 80, 100]);
    expect(record.best).toMatchObject({ step: 100 });
    expect((await readMetrics(run)).map(({ type, step }) => `${type} ${step}`)).toHaveLength(12);
    expect(await readTags(run)).toEqual([round]);
    expect((await listDirections(directionsFolder(run))).directions.map(({ name }) => name)).toEqual([
      'wider',
    ]);
    expect(await readExcluded(excludedFile(join(root, 'runs')), 'digits:?seed=0')).toEqual(['digits#3']);
    const wrong: string[] = [];
    const latents = await readLatents(run, (message) => wrong.push(message));
    expect(latents).toMatchObject({ step: 100, dimensions: 2 });
    const layout = await readLayout(run, (message) => wrong.push(message));
    expect(layout!.places).toEqual(latents!.mean.map((value) => 2 * value));
    for (const step of await listSnapshots(run)) expect((await readSnapshot(run, step)).step).toBe(step);
    expect(wrong).toEqual([]);
    expect(await bound(run)).toBeCloseTo(BOUND, 3);
  });

  test('damaged: what is whole is used, what is not is named, and the run goes on to the same end', async () => {
    const run = await open('0.1.0', 'damaged');
    const others: string[] = [];
    expect((await listRuns(join(root, 'runs'), (message) => others.push(message))).length).toBe(2);
    expect(others).toEqual([]);
    expect(await readRun(run)).toMatchObject({ outcome: 'interrupted', checkpoints: [60, 80, 100] });
    await expect(readTags(run)).rejects.toThrow('is not a list of tags');
    const wrong: string[] = [];
    expect(await readLatents(run, (message) => wrong.push(message))).toBeNull();
    expect(await readLayout(run, (message) => wrong.push(message))).toBeNull();
    expect(wrong).toHaveLength(2);
    await expect(readSnapshot(run, 100)).rejects.toThrow();

    const { code, stderr } = await cli.run(['resume', run, '--engine', 'onnx', '--threads', '1']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const resumed = await newestCheckpoint(run);
    const whole = await newestCheckpoint(join(root, 'runs', 'whole'));
    expect(resumed!.step).toBe(100);
    for (const [name, { data }] of whole!.tensors)
      resumed!.tensors.get(name)!.data.forEach((value, i) => expect(value).toBeCloseTo(data[i]!, 4));
    expect((await readMetrics(run)).map(({ elbo }) => elbo.toFixed(3))).toEqual(
      (await readMetrics(join(root, 'runs', 'whole'))).map(({ elbo }) => elbo.toFixed(3)),
    );
    expect((await readdir(join(run, 'checkpoints'))).filter((name) => name.endsWith('.vae-tmp'))).toEqual([]);
    expect(await bound(run)).toBeCloseTo(BOUND, 3);
  });
});

test('each version has its runs here', async () => {
  const { version } = (await import('../../package.json')).default;
  expect(await readdir(FIXTURES)).toContain(version);
});
