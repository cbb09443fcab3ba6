/** TensorFlow as it is opened for a graphics card, with the library for the processor in its place. */
import { expect, test } from 'vitest';
import { chooseEngine } from '../../../src/engine/choose';
import { loadBinding } from '../../../src/engine/tensorflow/binding';
import { RandomStream } from '../../../src/random/stream';
import { CARD_VARIABLES } from '../../../src/setup/card-variables.mjs';
import { isNativePresent, nativeFolder } from '../../../src/setup/locations.mjs';
import { initialiseParameters } from '../../../src/vae/parameters';
import { NINE_PIXELS as model } from '../../support/models';

const native = isNativePresent() ? nativeFolder() : null;

test.skipIf(native === null)('says the card, in single precision alone, and how it computes', async () => {
  const adapter = { name: 'NVIDIA H200', isSoftware: false };
  const request = { engine: 'tensorflow', threads: 1, nativeFolder: native, jaxPython: null } as const;
  await expect(chooseEngine({ ...request, adapter, cuda: null })).rejects.toThrow(/vae setup --gpu/);
  const onCard = { ...request, adapter, cuda: { folder: native!, variables: CARD_VARIABLES } };
  const { engine } = await chooseEngine(onCard);
  expect(engine.description).toMatchObject({
    ...{ name: 'tensorflow', device: 'NVIDIA H200', executor: 'graph', threads: 1 },
    build: expect.stringMatching(/^TensorFlow .* with CUDA by .*; without TF32, deterministic$/) as string,
  });
  expect(process.env).toMatchObject({
    ...{ TF_FORCE_GPU_ALLOW_GROWTH: 'true', TF_CPP_MIN_LOG_LEVEL: '3' },
    ...{ NVIDIA_TF32_OVERRIDE: '0', TF_DETERMINISTIC_OPS: '1' },
  });
  const session = await engine.open(model, null, null);
  const start = new RandomStream(5, 'initialise');
  const normals = (block: number, count: number): Float32Array => start.normals(block, count);
  await session.load({
    step: 0,
    parameters: initialiseParameters(model, { kind: 'glorot' }, normals),
    slots: {},
  });
  const { mean } = await session.encode(new Uint8Array(18).fill(100), 2);
  expect(mean).toHaveLength(4);
  expect(mean[0]).not.toBe(0);
  expect(mean[2]).toBe(mean[0]);
  session.dispose();
  await expect(chooseEngine({ ...onCard, precision: 'bfloat16' })).rejects.toThrow(/single precision/);
  // A process has one library.
  expect(() => loadBinding('/elsewhere', 1)).toThrow(
    /has loaded TensorFlow from .*, and cannot load \/elsewhere/,
  );
});
