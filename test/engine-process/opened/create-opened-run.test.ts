import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { createOpenedRun } from '../../../src/engine-process/opened/create-opened-run';
import { sha256 } from '../../../src/runs/sha256';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'opened-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a file that has changed since it was tried is not opened, and no run is left', async () => {
  const [encoder, decoder, run] = ['encoder.onnx', 'decoder.onnx', 'run'].map((name) => join(folder, name));
  await mkdir(run!);
  await writeFile(encoder!, 'tried');
  await writeFile(decoder!, 'another');
  const digest = sha256(Buffer.from('tried'));
  const shape = { width: 28, height: 28, channels: 1 } as const;
  const use = {
    ...shape,
    encoder: {
      ...{ input: 'x', element: 'float32', layout: 'flat', scale: 'unit', batch: null },
      ...{ mean: 'm', spread: null },
    },
    decoder: { input: 'z', point: [2], output: 'y', layout: 'flat', scale: 'unit', batch: null },
  } as const;
  const opened = createOpenedRun(
    run!,
    {
      ...{ encoder: encoder!, decoder: decoder!, use, tried: { encoder: digest, decoder: digest } },
      dataset: await loadDataset(await parseSource('digits:20', folder), shape),
      engine: { name: 'onnx', build: 'ONNX Runtime', threads: 1, instructionSet: 'avx2' },
      now: new Date(0),
    },
    new AbortController().signal,
  );
  await expect(opened).rejects.toThrow('decoder.onnx has changed since it was tried; try again');
  expect((await readdir(folder)).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
});
