import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { tfjsFiles } from '../../src/export/tfjs';
import type { TrainedRun } from '../../src/export/trained-run';
import type { VaeConfig } from '../../src/vae/config';
import { useFolder } from '../host/support';
import { cpuEngine } from '../support/engines';
import { runGraph } from './graph-model';
import type { GraphFile } from './graph-model';
import { MODELS, trainedRun, wave, writeExported } from './support';

const folder = useFolder();
const COUNT = 3;

/** What the reference computes, and the inputs. */
async function expectedOf(run: TrainedRun, model: VaeConfig) {
  const session = await (await cpuEngine()).open(model, null, new Uint8Array(0));
  await session.load({ step: 0, parameters: run.parameters, slots: {} });
  const bytes = Uint8Array.from({ length: COUNT * model.inputSize }, (_, i) => (37 * i) % 256);
  const z = wave(COUNT * model.latent, 9).map((value) => 4 * value);
  const { mean, logVariance } = await session.encode(bytes, COUNT);
  const image = await session.decode(z, COUNT);
  session.dispose();
  return { x: Float32Array.from(bytes, (byte) => byte / 255), z, mean, logVariance, image };
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5));
}

const fileOf = async (part: string): Promise<GraphFile> => {
  const at = join(folder.path(), 'tfjs', part);
  const model = JSON.parse(await readFile(join(at, 'model.json'), 'utf8')) as GraphFile['model'];
  return { model, weights: await readFile(join(at, model.weightsManifest[0]!.paths[0]!)) };
};

test.each(MODELS)('%s: a reader of its own computes what the product does', async (_name, model) => {
  const run = trainedRun(model);
  await writeExported(folder.path(), tfjsFiles(run));
  const expected = await expectedOf(run, model);
  const encoder = await fileOf('encoder');
  const posterior = runGraph(encoder, { x: tf.tensor(expected.x, [COUNT, model.inputSize]) });
  expectClose(posterior['mean']!, expected.mean);
  expectClose(posterior['logVariance']!, expected.logVariance);
  const decoder = await fileOf('decoder');
  const picture = runGraph(decoder, { z: tf.tensor(expected.z, [COUNT, model.latent]) });
  expectClose(picture['mean']!, expected.image);
  const names = encoder.model.weightsManifest[0]!.weights.map(({ name }) => name);
  expect(names).toContain('encoder.posterior.weight');
  expect(names.some((name) => name.startsWith('decoder.'))).toBe(false);
  expect(encoder.model.userDefinedMetadata['run']).toBe(run.config.name);
});
