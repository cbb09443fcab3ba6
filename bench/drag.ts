/**
 * How long a drag over the map waits for what is under the mouse, as a client of an engine that does not train sees it:
 * decoded picture, density and the three nearest of all encoded images.
 *
 *     node bench/run.mjs drag [auto|tensorflow|onnx] [aevb|fast|conv] [IMAGES]
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForEngine } from '../src/endpoint/client';
import type { EngineChoice } from '../src/engine/choose';
import type { PresetName, TrainRequest } from '../src/runs/config';
import { runJob } from '../src/engine-process/jobs/train-job';
import { serveJob } from '../src/engine-process/jobs/serve-job';

const CALLS = 1000;
/** A mouse moves about so often, in ms. */
const PAUSE = 8;

const [engine = 'auto', preset = 'fast', images = '20000', folder] = process.argv.slice(2) as [
  EngineChoice,
  PresetName,
  string,
  string?,
];

async function serve(runFolder: string): Promise<void> {
  const never = new AbortController().signal;
  const source = { kind: 'digits', count: Number(images), seed: 0 } as const;
  const request: TrainRequest = { source, preset, seed: 0, set: { patience: '0', samples: '20000' } };
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  await runJob({ runFolder, request, engine, threads: null }, nobody, never);
  process.send?.('trained');
  await serveJob({ runFolder, engine, threads: null }, never);
  process.exit(0);
}

async function measure(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vae-drag-'));
  const runFolder = join(root, 'run');
  await mkdir(runFolder);
  const child = fork(process.argv[1]!, [engine, preset, images, runFolder], { stdio: 'inherit' });
  try {
    await new Promise((resolve) => child.once('message', resolve));
    const connection = await waitForEngine(runFolder, 'serve', 60_000);
    if (!connection) throw new Error('the engine did not answer');
    const { client } = connection;
    await client.call('encodeAll', {});
    let state = await client.call('map', {});
    for (; state.set === null || state.job !== null; state = await client.call('map', {})) await sleep(200);
    const { key, count, dimensions } = state.set;
    const { engine: name } = await client.call('status', {});
    const times: number[] = [];
    for (let i = 0; i < CALLS; i++) {
      const at = [2 * Math.cos(i / 17), 2 * Math.sin(i / 23)] as const;
      const place = { key, x: 'pc:0', y: 'pc:1', at } as const;
      const start = performance.now();
      await client.call('probe', { view: 'drag', place, nearest: 3 });
      times.push(performance.now() - start);
      await sleep(PAUSE);
    }
    times.sort((a, b) => a - b);
    const at = (part: number): string => times[Math.min(CALLS - 1, Math.floor(part * CALLS))]!.toFixed(1);
    process.stdout.write(
      `${name}; preset ${preset}, ${count} images, ${dimensions} latent dimensions, ${CALLS} places: ` +
        `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms\n`,
    );
  } finally {
    child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  }
}

void (folder === undefined ? measure() : serve(folder));
