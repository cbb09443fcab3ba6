/**
 * How long encode and decode take while a run trains, as a client of its engine sees it.
 *
 *     node bench/run.mjs latency [auto|tensorflow|onnx] [aevb|fast|conv]
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeSampleImages } from '../src/datasets/write-sample-images';
import { waitForEngine } from '../src/endpoint/client';
import type { EngineChoice } from '../src/engine/choose';
import type { PresetName, TrainRequest } from '../src/runs/config';
import { runJob } from '../src/engine-process/jobs/train-job';

const CALLS = 300;
/** A person who drags a slider asks this often, in ms. */
const PAUSE = 30;
const DIGITS = { kind: 'digits', count: 8000, seed: 0 } as const;

const [engine = 'auto', preset = 'fast', folder] = process.argv.slice(2) as [
  EngineChoice,
  PresetName,
  string?,
];
const LATENT = preset === 'conv' ? 32 : 20;

async function trainHere(runFolder: string): Promise<void> {
  const request: TrainRequest = { source: DIGITS, preset, seed: 0, set: { patience: '0', samples: '1e8' } };
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  await runJob({ runFolder, request, engine, threads: null }, nobody, new AbortController().signal);
  process.exit(0);
}

function percentile(sorted: readonly number[], part: number): string {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(0).padStart(5);
}

async function measure(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vae-latency-'));
  const runFolder = join(root, 'run');
  const images = join(root, 'images');
  await mkdir(runFolder);
  const [image] = await writeSampleImages(images, DIGITS, 1);
  const child = fork(process.argv[1]!, [engine, preset, runFolder], { stdio: 'inherit' });
  try {
    const connection = await waitForEngine(runFolder, 'train', 60_000);
    if (!connection) throw new Error('the engine did not answer');
    const { client } = connection;
    while ((await client.call('status', {})).step < 200) await sleep(100);
    const before = await client.call('status', {});
    const uris = [pathToFileURL(image!).href];
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      decode: () => client.call('decode', { view: 'a', z: new Float32Array(LATENT), count: 1 }),
      encode: () => client.call('encode', { uris }),
    };
    process.stdout.write(`${before.engine}; preset ${preset}, ${CALLS} calls each, in ms\n`);
    process.stdout.write('call     median   p95   max\n');
    for (const [name, call] of Object.entries(calls)) {
      const times: number[] = [];
      for (let i = 0; i < CALLS; i++) {
        const start = performance.now();
        await call();
        times.push(performance.now() - start);
        await sleep(PAUSE);
      }
      times.sort((a, b) => a - b);
      const figures = [0.5, 0.95, 1].map((part) => percentile(times, part)).join(' ');
      process.stdout.write(`${name.padEnd(8)}  ${figures}\n`);
    }
    const { step } = await client.call('status', {});
    process.stdout.write(`it trained from step ${before.step} to ${step} meanwhile\n`);
    await client.call('stop', {});
  } finally {
    child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  }
}

void (folder === undefined ? measure() : trainHere(folder));
