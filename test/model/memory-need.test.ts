import { expect, test } from 'vitest';
import { memoryNeed, requireEngineMemory, requireMemory } from '../../src/model/memory-need';
import { config } from '../host/support';

const of = (hidden: number, minibatch = 100) => {
  const { model, training } = config();
  return {
    model: { ...model, encoderHidden: [hidden], decoderHidden: [hidden] },
    training: { ...training, minibatch },
  };
};

test('the need is the sum of weights, slots and gradient, and a minibatch', () => {
  const { model, training } = of(10);
  const { inputSize: d, latent: z } = model;
  const weights = 4 * (d * 10 + 10 + 2 * (10 * z + z) + z * 10 + 10 + 10 * d + d);
  expect(memoryNeed({ model, training }, false)).toEqual({ weights, optimizer: 0, minibatch: 0 });
  const { optimizer, minibatch } = memoryNeed({ model, training }, true);
  // SGD has no slots, so that this is the gradient alone.
  expect(optimizer).toBe(weights);
  expect(minibatch).toBe(4 * 100 * (d + 10 + training.draws * (z + 10 + d)));
});

test('what is more than there is is refused with the sum', () => {
  expect(() => requireMemory(of(16_384, 1_000_000), true, 8e9)).toThrow(
    /needs at least \d+ GB of memory \(.* GB for its weights, .* GB for the optimizer .*, \d+ GB for a minibatch of 1000000 images.*\), and there are 8\.00 GB\. Choose/,
  );
  expect(() => requireMemory(of(500), true, 1e9)).not.toThrow();
  expect(() => requireMemory(of(16_384, 1_000_000), false, 8e9)).not.toThrow();
});

test('an engine with less memory than the machine says how much it has, and that another has more', () => {
  const description = { name: 'wasm', build: 'test', threads: 1, instructionSet: 'simd128' } as const;
  const wasm = { description, ownMemory: 4e9 };
  expect(() => requireEngineMemory(of(16_384, 1_000_000), true, wasm)).toThrow(
    /needs at least \d+ GB of memory \(.*\), and the engine 'wasm' has 4\.00 GB at most\. Choose .*, or another engine\.$/,
  );
  expect(() => requireEngineMemory(of(500), true, wasm)).not.toThrow();
  expect(() => requireEngineMemory(of(16_384, 1_000_000), false, wasm)).not.toThrow();
  expect(() => requireEngineMemory(of(16_384, 1_000_000), true, { description })).not.toThrow();
});
