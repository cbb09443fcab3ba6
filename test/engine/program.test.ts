import { expect, test } from 'vitest';
import { fewerThreads, programsFor, programText } from '../../src/engine/program';

const text = (...args: Parameters<typeof programsFor>): string[] => programsFor(...args).map(programText);

test('programs that a choice allows, the one expected to be fastest first', () => {
  const all = {
    choice: 'auto',
    hasFastXla: true,
    isConvolutional: false,
    precision: 'float32',
    adapter: null,
  } as const;
  expect(text(all, 2)).toEqual([
    'tensorflow, xla, 2 threads',
    'tensorflow, graph, 2 threads',
    'onnx, 2 threads',
  ]);
  expect(text({ ...all, isConvolutional: true }, 1)).toEqual([
    'tensorflow, graph, 1 thread',
    'onnx, 1 thread',
  ]);
  expect(text({ ...all, hasFastXla: false }, 2)).toEqual(['tensorflow, graph, 2 threads', 'onnx, 2 threads']);
  expect(text({ ...all, hasFastXla: null }, 2)).toEqual(['onnx, 2 threads']);
  expect(text({ ...all, choice: 'onnx' }, 2)).toEqual(['onnx, 2 threads']);
  expect(text({ ...all, choice: 'wasm' }, 2)).toEqual(['wasm, 2 threads']);
  expect(text({ ...all, choice: 'tensorflow' }, 2)).toEqual([
    'tensorflow, xla, 2 threads',
    'tensorflow, graph, 2 threads',
  ]);
});

test('ONNX Runtime is not among those for products of bfloat16, unless it is asked for', () => {
  const all = {
    choice: 'auto',
    hasFastXla: true,
    isConvolutional: false,
    precision: 'bfloat16',
    adapter: null,
  } as const;
  expect(text(all, 2)).toEqual(['tensorflow, xla, 2 threads', 'tensorflow, graph, 2 threads']);
  expect(text({ ...all, choice: 'onnx' }, 2)).toEqual(['onnx, 2 threads']);
  expect(text({ ...all, hasFastXla: null }, 2)).toEqual([]);
});

test('a graphics card comes last, and only ONNX Runtime computes on one of WebGPU', () => {
  const adapter = { name: 'NVIDIA H200', isSoftware: false };
  const open = { choice: 'auto', hasFastXla: false, isConvolutional: false, precision: 'float32' } as const;
  const all = { ...open, adapter };
  const card = 'onnx, NVIDIA H200, 2 threads';
  expect(text(all, 2)).toEqual(['tensorflow, graph, 2 threads', 'onnx, 2 threads', card]);
  expect(text({ ...all, choice: 'onnx' }, 2)).toEqual(['onnx, 2 threads', card]);
  for (const choice of ['tensorflow', 'wasm', 'jax'] as const)
    expect(text({ ...all, choice }, 2)).not.toContain(card);
  expect(text({ ...all, precision: 'bfloat16' }, 2)).not.toContain(card);
});

test('TensorFlow on a card of CUDA comes last, where it is set up for one', () => {
  const cuda = { name: 'NVIDIA H200', isSoftware: false };
  const open = { choice: 'auto', hasFastXla: null, isConvolutional: false, precision: 'float32' } as const;
  const all = { ...open, adapter: null, cuda };
  const card = 'tensorflow, NVIDIA H200, 2 threads';
  expect(text(all, 2)).toEqual(['onnx, 2 threads', card]);
  expect(text({ ...all, adapter: cuda }, 2)).toEqual([
    'onnx, 2 threads',
    'onnx, NVIDIA H200, 2 threads',
    card,
  ]);
  expect(text({ ...all, choice: 'tensorflow' }, 2)).toEqual([card]);
  for (const choice of ['onnx', 'wasm', 'jax'] as const)
    expect(text({ ...all, choice }, 2)).not.toContain(card);
  expect(text({ ...all, precision: 'bfloat16' }, 2)).not.toContain(card);
});

test('fewer threads: half of them, and one', () => {
  expect([1, 2, 3, 4, 16].map(fewerThreads)).toEqual([[], [1], [2, 1], [2, 1], [8, 1]]);
});
