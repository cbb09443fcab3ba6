import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, TrainingState } from '../../../src/engine/engine';
import { webgpuEngine } from '../../../src/engine/onnx/engine';
import { onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';
import { RandomStream } from '../../../src/random/stream';
import type { TrainingConfig, VaeConfig } from '../../../src/vae/config';
import { initialiseParameters } from '../../../src/vae/parameters';
import { stateShapes } from '../../../src/vae/state';
import { softwareVulkan, useSoftwareVulkan } from '../../support/software-vulkan';
import { PLAIN } from '../../support/training';

const M = 4;
const model: VaeConfig = {
  ...{ inputSize: 9, convolution: null, encoderHidden: [6], decoderHidden: [5], latent: 2 },
  ...{ activation: 'tanh', likelihood: 'bernoulli' },
};
const training: TrainingConfig = {
  ...PLAIN,
  ...{ minibatch: M, draws: 1, datapoints: 8 },
  optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
const images = Uint8Array.from({ length: 8 * model.inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);
const noise = new RandomStream(6, 'noise').normals(0, 4 * M * model.latent);

describe.skipIf(softwareVulkan === null || onnxRuntimeFolder() === null)('WebGPU on software', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await webgpuEngine(1, useSoftwareVulkan());
  });

  async function trained(chunks: readonly number[]): Promise<TrainingState> {
    const session = await engine.open(model, training, images);
    const start = new RandomStream(1, 'initialise');
    const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
      start.normals(block, count),
    );
    const slots = Object.fromEntries(
      Object.entries(stateShapes(model, training.optimizer)).flatMap(([key, shape]) =>
        key in parameters ? [] : [[key, new Float32Array(shape.reduce((a, b) => a * b, 1))]],
      ),
    );
    await session.load({ step: 0, parameters, slots });
    let firstStep = 0;
    for (const steps of chunks) {
      const from = firstStep * M * model.latent;
      await session.train({
        ...{ steps, firstStep },
        rows: Uint32Array.from({ length: steps * M }, (_, i) => (3 * (firstStep * M + i)) % 8),
        noise: noise.subarray(from, from + steps * M * model.latent),
      });
      firstStep += steps;
    }
    const state = await session.read();
    session.dispose();
    return state;
  }

  test('the same bytes, however the steps are divided into chunks', async () => {
    const whole = await trained([4]);
    expect(whole.step).toBe(4);
    expect(await trained([1, 3])).toEqual(whole);
    expect(Object.values(whole.parameters).every((values) => values.every(Number.isFinite))).toBe(true);
  });

  test('the description says what it computes on', () => {
    expect(engine.description).toMatchObject({ name: 'onnx', device: 'SwiftShader' });
    expect(engine.description.build).toMatch(/^ONNX Runtime [\d.]+ on WebGPU, compiled$/);
  });
});
