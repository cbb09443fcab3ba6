/** A run that is killed in the middle and resumed ends with the same bytes as one that was not. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundles, copyEngineAssets } from '../../esbuild.mjs';
import { connectToRun, waitForEngine } from '../../src/endpoint/client';
import { LOCKED_EXIT_CODE } from '../../src/endpoint/spawn';
import type { TrainRequest } from '../../src/runs/config';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { isNativePresent } from '../../src/setup/locations.mjs';

let root: string;
const children = new Set<{ kill(signal: 'SIGKILL'): unknown }>();
let worker: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-resume-'));
  process.env['XDG_STATE_HOME'] = join(root, 'state');
  worker = join(root, 'engine', 'worker.cjs');
  await build({
    ...bundles['engine'],
    entryPoints: { worker: resolve('src/worker/main.ts'), chunks: resolve('src/worker/chunkThread.ts') },
    outdir: join(root, 'engine'),
    minify: false,
  });
  await copyEngineAssets(join(root, 'engine'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

const request: TrainRequest = {
  source: { kind: 'digits', count: 300, seed: 2, leftOut: ['digits#0', 'digits#117', 'digits#299'] },
  preset: 'fast',
  seed: 11,
  set: {
    hidden: '32',
    latent: '4',
    minibatch: '20',
    // Long enough to be caught in the middle, also where the machine has much else to do.
    samples: '40000',
    patience: '0',
    checkpointEvery: '50',
  },
};

function start(
  runFolder: string,
  mode: 'train' | 'resume',
  engine: string,
  set: Readonly<Record<string, string>> = {},
) {
  const job = {
    mode: 'train',
    runFolder,
    request: mode === 'train' ? { ...request, set: { ...request.set, ...set } } : null,
    engine,
    threads: 2,
  };
  const child = spawn(process.execPath, [worker, JSON.stringify(job)], { stdio: 'inherit' });
  children.add(child);
  const exit = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { child, exit };
}

/** sha256 of the newest checkpoint, and the curve without its times. */
async function outcome(runFolder: string): Promise<{ checkpoint: string; step: string; rows: object[] }> {
  const names = await readdir(join(runFolder, 'checkpoints'));
  const step = names
    .map((name) => name.replace('.safetensors', ''))
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)!;
  const bytes = await readFile(join(runFolder, 'checkpoints', `${step}.safetensors`));
  const rows = (await readMetrics(runFolder)).map((row) => ({ ...row, seconds: 0 }));
  return { checkpoint: createHash('sha256').update(bytes).digest('hex'), step, rows };
}

async function waitForStep(runFolder: string, step: number): Promise<void> {
  for (;;) {
    const rows = await readMetrics(runFolder);
    if (rows.some((row) => row.step >= step)) return;
    await sleep(10);
  }
}

describe.each([
  { engine: 'tensorflow', present: isNativePresent() },
  { engine: 'onnx', present: true },
])('on $engine', ({ engine, present }) => {
  test.skipIf(!present).each(['aevb', 'wake-sleep'])(
    '%s: kill -9 twice, resume twice: the same weights, slots and curve, bit for bit',
    async (algorithm) => {
      const whole = join(root, `${engine}-${algorithm}-whole`);
      const killed = join(root, `${engine}-${algorithm}-killed`);
      for (const folder of [whole, killed]) await mkdir(folder);
      expect(await start(whole, 'train', engine, { algorithm }).exit).toBe(0);

      const first = start(killed, 'train', engine, { algorithm });
      await waitForStep(killed, 170);
      first.child.kill('SIGKILL');
      await first.exit;
      const second = start(killed, 'resume', engine);
      await waitForStep(killed, 330);
      second.child.kill('SIGKILL');
      await second.exit;
      expect(await start(killed, 'resume', engine).exit).toBe(0);

      const resumes = (await readMetricLines(killed)).filter((line) => line.type === 'resumed');
      expect(resumes).toHaveLength(2);
      expect(await outcome(killed)).toEqual(await outcome(whole));
      expect(existsSync(join(killed, 'run.lock'))).toBe(false);
    },
  );

  test.skipIf(!present)(
    'augmented, with images drawn anew in each epoch: the same after a kill',
    async () => {
      const set = { shift: '2', flip: 'true', binarisation: 'dynamic' };
      const whole = join(root, `${engine}-augmented-whole`);
      const killed = join(root, `${engine}-augmented-killed`);
      for (const folder of [whole, killed]) await mkdir(folder);
      expect(await start(whole, 'train', engine, set).exit).toBe(0);
      const first = start(killed, 'train', engine, set);
      await waitForStep(killed, 170);
      first.child.kill('SIGKILL');
      await first.exit;
      expect(await start(killed, 'resume', engine).exit).toBe(0);
      expect((await readMetricLines(killed)).filter((line) => line.type === 'resumed')).toHaveLength(1);
      expect(await outcome(killed)).toEqual(await outcome(whole));
      expect(await outcome(whole)).not.toEqual(await outcome(join(root, `${engine}-aevb-whole`)));
    },
  );

  test.skipIf(!present)('stop and resume through the endpoint: the same again', async () => {
    const whole = join(root, `${engine}-aevb-whole`);
    const stopped = join(root, `${engine}-stopped`);
    await mkdir(stopped);
    const first = start(stopped, 'train', engine);
    const { client } = (await waitForEngine(stopped, 'train', 20_000))!;
    await waitForStep(stopped, 200);
    await client.call('pause', {});
    for (;;) {
      const status = await client.call('status', {});
      if (status.state === 'paused') break;
      await sleep(20);
    }
    const paused = await client.call('status', {});
    await sleep(200);
    expect((await client.call('status', {})).step).toBe(paused.step);
    const pictures = await client.call('decode', { view: 'a', z: new Float32Array(4), count: 1 });
    expect(pictures.bytes).toHaveLength(784);
    await client.call('continueTraining', {});
    await waitForStep(stopped, paused.step + 20);
    await client.call('stop', {});
    expect(await first.exit).toBe(0);
    expect((await readMetricLines(stopped)).at(-1)).toMatchObject({ type: 'ended', state: 'stopped' });
    expect(await connectToRun(stopped)).toBeNull();
    expect(await start(stopped, 'resume', engine).exit).toBe(0);
    expect(await outcome(stopped)).toEqual(await outcome(whole));
  });
});

test('a second engine on a live run is refused, and writes nothing there', async () => {
  const folder = join(root, 'twice');
  await mkdir(folder);
  const first = start(folder, 'train', 'onnx', { samples: '1000000000' });
  await waitForStep(folder, 10);
  const log = await readFile(join(folder, 'log.txt'), 'utf8');
  expect(await start(folder, 'resume', 'onnx').exit).toBe(LOCKED_EXIT_CODE);
  expect(await readFile(join(folder, 'log.txt'), 'utf8')).toBe(log);
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
});
