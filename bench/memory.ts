/**
 * Memory over 100 epochs of a small run: resident set, JavaScript heap and live tensors every 10 epochs.
 *
 *     node bench/run.mjs memory [auto|tensorflow|onnx]
 *
 * Flat means: the tensor count is the same in every line, and the resident set stops growing after the first lines.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine as tensors } from '@tensorflow/tfjs-core';
import type { EngineChoice } from '../src/engine/choose';
import type { TrainRequest } from '../src/runs/config';
import { runJob } from '../src/engine-process/jobs/train-job';

const EPOCHS = 100;
const IMAGES = 2000;
/** The default split keeps 80 %. */
const TRAINING_IMAGES = 1600;

const request: TrainRequest = {
  source: { kind: 'digits', count: IMAGES, seed: 0 },
  preset: 'fast',
  seed: 0,
  set: { hidden: '100', latent: '5', patience: '0', samples: String(EPOCHS * TRAINING_IMAGES) },
};

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(8);

function measure(epoch: number): void {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const live = String(tensors().state.numTensors).padStart(8);
  process.stdout.write(`${String(epoch).padStart(5)} ${mebibytes(rss)} ${mebibytes(heapUsed)} ${live}\n`);
}

async function main(): Promise<void> {
  const engine = (process.argv[2] ?? 'auto') as EngineChoice;
  const runFolder = await mkdtemp(join(tmpdir(), 'vae-memory-'));
  let next = 10;
  let name = '';
  try {
    process.stdout.write('epoch  RSS MiB heap MiB  tensors\n');
    const end = await runJob(
      { runFolder, request, engine, threads: null },
      {
        onRow: (row) => {
          if (row.type !== 'validation' || row.epoch < next) return;
          measure(Math.floor(row.epoch));
          next += 10;
        },
        onStatus: (status) => (name = status.engine),
      },
      new AbortController().signal,
    );
    process.stdout.write(`${end.state}: ${end.message}; ${name}\n`);
    if (end.state !== 'finished') process.exitCode = 1;
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

void main();
