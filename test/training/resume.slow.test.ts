/** A run that is killed in the middle and resumed ends with the same bytes as one that was not. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundles, copyEngineAssets } from '../../esbuild.mjs';
import { connectToRun, waitForEngine } from '../../src/endpoint/client';
import { LOCKED_EXIT_CODE } from '../../src/endpoint/spawn';
import type { TrainRequest } from '../../src/runs/config';
import { readConfig } from '../../src/runs/store';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { isNativePresent } from '../../src/setup/locations.mjs';
import { Hold } from '../support/hold';
import { once } from '../support/once';
import { eventually } from '../support/eventually';
import { watch } from '../support/progress';

let root: string;
const children = new Set<{ kill(signal: 'SIGKILL'): unknown }>();
let worker: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-resume-'));
  process.env['XDG_STATE_HOME'] = join(root, 'state');
  worker = join(root, 'engine', 'worker.cjs');
  await build({
    ...bundles['engine'],
    entryPoints: {
      worker: resolve('src/engine-process/main.ts'),
      chunks: resolve('src/engine-process/jobs/minibatch-worker.ts'),
    },
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
    samples: '10000',
    patience: '0',
    checkpointEvery: '50',
  },
};

function start(
  runFolder: string,
  mode: 'train' | 'resume',
  engine: string,
  { set = {}, hold = new Hold([]) }: { set?: Readonly<Record<string, string>>; hold?: Hold } = {},
) {
  const job = {
    mode: 'train',
    runFolder,
    request: mode === 'train' ? { ...request, set: { ...request.set, ...set } } : null,
    engine,
    // WebAssembly's threads wait for each other by spinning: with other tests beside it, two are slower than one.
    threads: engine === 'wasm' ? 1 : 2,
  };
  const child = spawn(process.execPath, [worker, JSON.stringify(job)], {
    env: hold.environment,
    stdio: 'inherit',
  });
  children.add(child);
  const exit = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { child, exit };
}

const newFolder = (name: string): Promise<string> => mkdtemp(join(root, `${name}-`));

const made = new Map<string, () => Promise<string>>();

/** The folder of a run that went through to its end, which several tests compare with. */
function uninterrupted(engine: string, set: Readonly<Record<string, string>> = {}): Promise<string> {
  const key = JSON.stringify([engine, { algorithm: 'aevb', ...set }]);
  const make =
    made.get(key) ??
    once(async () => {
      const folder = await newFolder('whole');
      expect(await start(folder, 'train', engine, { set }).exit).toBe(0);
      return folder;
    });
  made.set(key, make);
  return make();
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

/** Kills it with SIGKILL once it has recorded the step. */
async function killAt(step: number, hold: Hold, { child, exit }: ReturnType<typeof start>): Promise<void> {
  await hold.held(step);
  child.kill('SIGKILL');
  await exit;
  hold.free(step);
}

describe.each([
  {
    engine: 'tensorflow',
    present: isNativePresent(),
    algorithms: ['aevb', 'wake-sleep'],
    images: ['augmented'],
  },
  { engine: 'onnx', present: true, algorithms: ['aevb', 'wake-sleep'], images: ['augmented'] },
  // The session of 'onnx' on another library, whose chunks all bring their images, drawn anew or not.
  { engine: 'wasm', present: true, algorithms: ['aevb'], images: [], threads: 1 },
])('on $engine', ({ engine, present, algorithms, images, threads = 2 }) => {
  test.skipIf(!present).each(algorithms)(
    '%s: kill -9 twice, resume twice: the same weights, slots and curve, bit for bit',
    async (algorithm) => {
      const whole = await uninterrupted(engine, { algorithm });
      expect((await readConfig(whole)).engine).toMatchObject({
        ...{ name: engine, threads },
        ...(engine === 'tensorflow' ? { executor: 'graph' } : {}),
      });
      const killed = await newFolder('killed');

      const hold = new Hold([170, 270]);
      await killAt(170, hold, start(killed, 'train', engine, { set: { algorithm }, hold }));
      await killAt(270, hold, start(killed, 'resume', engine, { hold }));
      expect(await start(killed, 'resume', engine).exit).toBe(0);

      const resumes = (await readMetricLines(killed)).filter((line) => line.type === 'resumed');
      expect(resumes).toHaveLength(2);
      expect(await outcome(killed)).toEqual(await outcome(whole));
      expect(existsSync(join(killed, 'run.lock'))).toBe(false);
    },
  );

  test.skipIf(!present).each(images)(
    '%s, with images drawn anew in each epoch: the same after a kill',
    async () => {
      const set = { shift: '2', flip: 'true', binarisation: 'dynamic' };
      const whole = await uninterrupted(engine, set);
      const killed = await newFolder('killed');
      const hold = new Hold([170]);
      await killAt(170, hold, start(killed, 'train', engine, { set, hold }));
      expect(await start(killed, 'resume', engine).exit).toBe(0);
      expect((await readMetricLines(killed)).filter((line) => line.type === 'resumed')).toHaveLength(1);
      expect(await outcome(killed)).toEqual(await outcome(whole));
      expect(await outcome(whole)).not.toEqual(await outcome(await uninterrupted(engine)));
    },
  );

  test.skipIf(!present)('stop and resume through the endpoint: the same again', async () => {
    const whole = await uninterrupted(engine);
    const stopped = await newFolder('stopped');
    const hold = new Hold([200, 300]);
    const first = start(stopped, 'train', engine, { hold });
    const { client } = (await waitForEngine(stopped, 'train', Infinity, watch().signal))!;
    await hold.held(200);
    const pausing = client.call('pause', {});
    hold.free(200);
    await pausing;
    await eventually(async () => (await client.call('status', {})).state).toBe('paused');
    const paused = await client.call('status', {});
    // Between two answers a training that goes on takes a step.
    for (let i = 0; i < 20; i++) {
      const pictures = await client.call('decode', { view: 'a', z: new Float32Array(4), count: 1 });
      expect(pictures.bytes).toHaveLength(784);
    }
    expect((await client.call('status', {})).step).toBe(paused.step);
    await client.call('continueTraining', {});
    expect(paused.step).toBeLessThan(300);
    await hold.held(300);
    const stopping = client.call('stop', {});
    hold.free(300);
    await stopping;
    expect(await first.exit).toBe(0);
    expect((await readMetrics(stopped)).at(-1)!.step).toBeLessThan(500);
    expect((await readMetricLines(stopped)).at(-1)).toMatchObject({ type: 'ended', state: 'stopped' });
    expect(await connectToRun(stopped)).toBeNull();
    expect(await start(stopped, 'resume', engine).exit).toBe(0);
    expect(await outcome(stopped)).toEqual(await outcome(whole));
  });
});

test('a second engine on a live run is refused, and writes nothing there', async () => {
  const folder = await newFolder('twice');
  const hold = new Hold([10]);
  const first = start(folder, 'train', 'onnx', { set: { samples: '1000000000' }, hold });
  await hold.held(10);
  const log = await readFile(join(folder, 'log.txt'), 'utf8');
  expect(await start(folder, 'resume', 'onnx').exit).toBe(LOCKED_EXIT_CODE);
  expect(await readFile(join(folder, 'log.txt'), 'utf8')).toBe(log);
  first.child.kill('SIGTERM');
  hold.free(10);
  expect(await first.exit).toBe(0);
});

test.skipIf(!isNativePresent())('on TensorFlow by XLA: killed and resumed, the same again', async () => {
  const begun = await newFolder('begun');
  const hold = new Hold([100]);
  await killAt(100, hold, start(begun, 'train', 'tensorflow', { hold }));
  // XLA is chosen by measurement, which tests do without: the run goes on as if it had been.
  const config = await readConfig(begun);
  const engine = { ...config.engine, executor: 'xla' };
  await writeFile(join(begun, 'config.json'), JSON.stringify({ ...config, engine }));
  const [whole, killed] = [await newFolder('whole'), await newFolder('killed')];
  for (const folder of [whole, killed]) await cp(begun, folder, { recursive: true });
  expect(await start(whole, 'resume', 'auto').exit).toBe(0);
  expect(await readFile(join(whole, 'log.txt'), 'utf8')).toContain('compiled the training loop');
  const again = new Hold([170, 270]);
  await killAt(170, again, start(killed, 'resume', 'auto', { hold: again }));
  await killAt(270, again, start(killed, 'resume', 'auto', { hold: again }));
  expect(await start(killed, 'resume', 'auto').exit).toBe(0);
  expect(await outcome(killed)).toEqual(await outcome(whole));
});
