/**
 * The whole thing on 8x8 images, in a second: train, look at the bound, encode, decode, stop and resume. Read this first.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSampleImages } from '../src/datasets/write-sample-images';
import { onnxEngine } from '../src/engine/onnx/engine';
import { newestCheckpoint } from '../src/runs/checkpoint';
import type { TrainRequest } from '../src/runs/config';
import { readMetrics } from '../src/runs/metrics';
import { readRun } from '../src/runs/store';
import { decodePictures } from '../src/model/decode';
import { encodeImages } from '../src/model/encode';
import { openModel } from '../src/model/model';
import { runJob } from '../src/engine-process/jobs/train-job';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-tiny-'));
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const nobody = { onRow: () => undefined, onStatus: () => undefined };

test('a folder of images becomes a model that knows them', async () => {
  const images = join(folder, 'images');
  await writeSampleImages(images, { kind: 'digits', count: 60, seed: 1 }, 60);
  const request: TrainRequest = {
    source: { kind: 'folder', uri: pathToFileURL(images).href },
    preset: 'fast',
    seed: 7,
    set: { width: '8', height: '8', hidden: '16', latent: '2', minibatch: '10', samples: '3000' },
  };
  const runFolder = join(folder, 'run');
  await mkdir(runFolder);
  const job = { runFolder, request, engine: 'onnx', threads: 1 } as const;
  const result = await runJob(job, nobody, new AbortController().signal);
  expect(result.state).toBe('finished');

  const rows = await readMetrics(runFolder);
  const validation = rows.filter((row) => row.type === 'validation');
  expect(rows.filter((row) => row.type === 'train').map((row) => row.step)).toEqual(
    Array.from({ length: 30 }, (_, i) => 10 * (i + 1)),
  );
  expect(validation.at(-1)!.elbo).toBeGreaterThan(validation[0]!.elbo);
  expect(await readRun(runFolder)).toMatchObject({
    outcome: 'finished',
    config: { data: { count: 60, width: 8 } },
  });
  expect((await newestCheckpoint(runFolder))!.step).toBe(300);
  expect((await readdir(runFolder)).sort()).toEqual([
    'checkpoints',
    'config.json',
    'images.json',
    'log.txt',
    'metrics.jsonl',
    'process.json',
  ]);

  const model = await openModel(await onnxEngine(1), runFolder);
  const [encoding] = await encodeImages(model, new Uint8Array(64).fill(128), 1);
  expect(encoding!.mean).toHaveLength(2);
  expect(encoding!.elbo).toBeCloseTo(encoding!.reconstruction - encoding!.kl, 10);
  const picture = await decodePictures(model, encoding!.mean, 1);
  expect(picture.bytes).toEqual(encoding!.reconstructed.bytes);
});
