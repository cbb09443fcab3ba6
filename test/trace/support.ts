import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { check } from '../../src/trace/check';
import type { Graph } from '../../src/trace/graph';
import { registerRules } from '../../src/trace/kernels';
import type { Operation } from '../../src/trace/operations';
import { record } from '../../src/trace/record';
import { simplify } from '../../src/trace/simplify';
import { BATCHES } from '../../src/trace/trace';
import type { TraceInput } from '../../src/trace/trace';
import { unify } from '../../src/trace/unify';
import { interpret } from './interpret';

export type Tensors = Readonly<Record<string, Tensor>>;
export type Body = (tensors: Tensors) => Tensors;

/** Batch sizes that no function is traced at. */
const EVALUATED = [1, 2, 5, 32];
/** What the graphs of `expectTraced` were made of, before simplification. */
export const seen = new Set<Operation>();
const random = new RandomStream(3, 'noise');

const concrete = (shape: TraceInput['shape'], batch: number): number[] =>
  shape.map((size) => (size === 'batch' ? batch : size));

/** The graph as it is recorded, before anything is made simpler. */
export function recorded(inputs: readonly TraceInput[], body: Body): Graph {
  registerRules();
  const recordings = BATCHES.map((batch) =>
    record(
      inputs.map(({ name, shape, dtype }) => ({
        name,
        shape: concrete(shape, batch),
        dtype: dtype ?? 'float32',
      })),
      body,
    ),
  );
  return check(unify(recordings, BATCHES));
}

/** Normal numbers; whole ones from -3 to 3 for int32, their signs for bool. */
export function drawn(inputs: readonly TraceInput[], batch: number): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape, dtype = 'float32' }, i) => {
      const sizes = concrete(shape, batch);
      const normals = random.normals(
        batch * 100 + i,
        sizes.reduce((a, b) => a * b, 1),
      );
      const values = {
        float32: normals,
        int32: Int32Array.from(normals, (x) => Math.max(-3, Math.min(3, Math.round(2 * x)))),
        bool: Uint8Array.from(normals, (x) => Number(x > 0)),
      }[dtype];
      return [name, tf.tensor(values, sizes, dtype)];
    }),
  );
}

export function expectSame(got: Tensors, expected: Tensors, tolerance: number): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected)) {
    expect([name, got[name]!.dtype, got[name]!.shape]).toEqual([name, tensor.dtype, tensor.shape]);
    const [values, wanted] = [got[name]!.dataSync(), tensor.dataSync()];
    // One look at the worst number: an assertion for each of thousands is slow. 0 and -0 are the same here.
    const off = (i: number): number =>
      values[i] === wanted[i] || (Number.isNaN(values[i]) && Number.isNaN(wanted[i]))
        ? 0
        : Math.abs(values[i]! - wanted[i]!);
    const worst = Array.from(values.keys()).reduce(
      (a, b) => (off(b) > off(a) || Number.isNaN(off(b)) ? b : a),
      0,
    );
    expect(off(worst) <= tolerance, `${name}[${worst}]: ${values[worst]}, expected ${wanted[worst]}`).toBe(
      true,
    );
  }
}

/**
 * The function's graph, as recorded and simplified, has the values that tfjs computes directly on its own JavaScript
 * backend: the same kernels in the same order, so the very same numbers, unless a tolerance is given.
 */
export function expectTraced(inputs: readonly TraceInput[], body: Body, tolerance = 0): Graph {
  const graph = recorded(inputs, body);
  for (const { operation } of graph.nodes) seen.add(operation);
  const simplified = check(simplify(graph));
  const symbolic = inputs.some(({ shape }) => shape.includes('batch'));
  for (const batch of symbolic ? EVALUATED : [1]) {
    tf.tidy(() => {
      const tensors = drawn(inputs, batch);
      const expected = body(tensors);
      expectSame(interpret(graph, tensors, batch), expected, tolerance);
      expectSame(interpret(simplified, tensors, batch), expected, tolerance);
    });
  }
  return simplified;
}

export const input = (name: string, ...shape: (number | 'batch')[]): TraceInput => ({ name, shape });

/** A loss with its gradients by the named inputs, all as outputs. */
export function withGradients(names: readonly string[], loss: (tensors: Tensors) => Tensor): Body {
  return (tensors) => {
    const own = (values: Tensor[]): Tensors => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    const { value, grads } = tf.valueAndGrads((...values: Tensor[]) =>
      tf.sum<Scalar>(loss({ ...tensors, ...own(values) })),
    )(names.map((name) => tensors[name]!));
    return { value, ...own(grads) };
  };
}
