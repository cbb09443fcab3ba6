import { expect, test } from 'vitest';
import { executorFor, hasFastXla } from '../../../src/engine/tensorflow/executor';

test('XLA from TensorFlow 2.21 on', () => {
  expect(['2.9.1', '2.17.1', '2.20.0', 'unknown', ''].map(hasFastXla)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(['2.21.0', '2.21.1-rc0', '2.100.0', '3.0.0'].map(hasFastXla)).toEqual([true, true, true, true]);
});

test('models with convolutions run in the graph executor', () => {
  const convolution = { width: 4, height: 4, channels: 1, filters: [2], kernel: 4 } as const;
  expect(executorFor({ convolution }, 'xla')).toBe('graph');
  expect(executorFor({ convolution: null }, 'xla')).toBe('xla');
  expect(executorFor({ convolution: null }, 'graph')).toBe('graph');
});
