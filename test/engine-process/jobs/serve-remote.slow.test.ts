import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitForEngine } from '../../../src/endpoint/client';
import { serveJob } from '../../../src/engine-process/jobs/serve-job';
import { runJob } from '../../../src/engine-process/jobs/train-job';
import { listCheckpoints } from '../../../src/runs/checkpoint';
import type { TrainRequest } from '../../../src/runs/config';
import { RunLock } from '../../../src/runs/lock';
import { writeRemoteRun } from '../../../src/runs/remote-run';
import { remoteRun } from '../../cluster/remote-world';
import { eventually } from '../../support/eventually';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-served-'));
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const engine = { engine: 'onnx', threads: 1 } as const;

test('a run that a cluster trains is served while it is followed, and each newer checkpoint is taken over', async () => {
  // What is on the cluster, and what of it is here.
  const there = join(folder, 'there');
  const here = join(folder, 'here');
  await mkdir(there);
  const set = { width: '8', height: '8', hidden: '16', latent: '3', minibatch: '10' };
  const request: TrainRequest = {
    ...{ source: { kind: 'digits', count: 60, seed: 1 }, preset: 'fast', seed: 7 },
    set: { ...set, samples: '600', checkpointEvery: '20' },
  };
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  await runJob({ runFolder: there, request, ...engine }, nobody, new AbortController().signal);
  const [first, ...later] = await listCheckpoints(there);
  const last = later.at(-1)!;
  expect(last).toBeGreaterThan(first!);
  await mkdir(join(here, 'checkpoints'), { recursive: true });
  const fetch = (step: number): Promise<void> =>
    copyFile(
      join(there, 'checkpoints', `${step}.safetensors`),
      join(here, 'checkpoints', `${step}.safetensors`),
    );
  for (const name of ['config.json', 'metrics.jsonl']) await copyFile(join(there, name), join(here, name));
  await fetch(first!);
  await writeRemoteRun(here, remoteRun({ state: 'running' }));
  const lock = await RunLock.take(here);
  const stop = new AbortController();
  const served = serveJob({ runFolder: here, ...engine }, stop.signal);
  served.catch(() => undefined);
  try {
    const { client } = (await waitForEngine(here, 'serve', Infinity, stop.signal))!;
    const z = new Float32Array([0.5, -1, 2]);
    const decoded = async () => (await client.call('decode', { view: 'dimensions', z, count: 1 })).bytes;
    expect((await client.call('status', {})).step).toBe(first);
    const before = await decoded();
    await fetch(last);
    await eventually(async () => (await client.call('status', {})).step).toBe(last);
    expect(await decoded()).not.toEqual(before);
    // Its reconstructions, and what is encoded for the map, are those of the new weights.
    await eventually(async () => (await client.call('reconstructions', {}))?.step).toBe(last);
    await client.call('encodeAll', {});
    await eventually(() => client.call('map', {})).toMatchObject({ set: { step: last }, job: null });
    client.dispose();
  } finally {
    stop.abort();
    await served;
    await lock.release();
  }
});
