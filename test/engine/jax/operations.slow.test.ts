/** The JAX engine has a rule for each operation of the tracer, and it computes what tfjs does. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { graphJson } from '../../../src/engine/jax/graph-json';
import { jaxSources } from '../../../src/engine/jax/engine';
import { RandomStream } from '../../../src/random/stream';
import { jaxPython } from '../../../src/setup/locations.mjs';
import { check } from '../../../src/trace/check';
import { at } from '../../../src/trace/dimension';
import type { Graph, Node } from '../../../src/trace/graph';
import { inferType, OPERATIONS } from '../../../src/trace/operations';
import type { Attributes, Operation } from '../../../src/trace/operations';
import type { Dimension, TensorDtype, Type } from '../../../src/trace/types';
import { interpret } from '../../trace/interpret';
import { expectSame } from '../../trace/support';

const BATCH = 5;
const batch: Dimension = { perBatch: 1, constant: 0 };
/** Rounding of functions whose libraries differ, for values of order 1 to 10. */
const TOLERANCE = 2e-5;

interface Case<K extends Operation> {
  readonly attributes: Attributes[K];
  readonly inputs: readonly Type[];
  /** What is made of normal numbers. */
  readonly values?: (normal: number) => number;
}

const floats = (...shape: Dimension[]): Type => ({ shape, dtype: 'float32' });
const wholes = (...shape: Dimension[]): Type => ({ shape, dtype: 'int32' });
const truths = (...shape: Dimension[]): Type => ({ shape, dtype: 'bool' });

const one = { attributes: null, inputs: [floats(batch, 3)] };
const above = { ...one, values: (x: number) => 0.1 + x * x };
const two = { attributes: null, inputs: [floats(batch, 3), floats(3)] };
const equalAtTimes = { ...two, values: (x: number) => Math.round(x) };
const logical = { attributes: null, inputs: [truths(batch, 3), truths(3)] };
const reduction = [
  { attributes: { axes: [1], keepDims: false }, inputs: [floats(batch, 3, 2)] },
  { attributes: { axes: [0, 2], keepDims: true }, inputs: [floats(batch, 3, 2)] },
  { attributes: { axes: [], keepDims: false }, inputs: [floats(batch, 3)] },
];
const image = floats(batch, 7, 6, 2);
const [same, strided] = [
  { strides: [1, 1], padding: [1, 1, 1, 1] },
  { strides: [2, 2], padding: [1, 1, 0, 1] },
] as const;

const CASES: { readonly [K in Exclude<Operation, 'Input'>]: readonly Case<K>[] } = {
  Constant: [
    { attributes: { values: Float32Array.of(1.5, -2), shape: [2], dtype: 'float32' }, inputs: [] },
    { attributes: { values: Int32Array.of(7, -1), shape: [1, 2], dtype: 'int32' }, inputs: [] },
  ],
  Fill: [
    { attributes: { value: 0.25, shape: [batch, 2], dtype: 'float32' }, inputs: [] },
    { attributes: { value: -Infinity, shape: [2], dtype: 'float32' }, inputs: [] },
    { attributes: { value: batch, shape: [], dtype: 'float32' }, inputs: [] },
    { attributes: { value: 1, shape: [2], dtype: 'bool' }, inputs: [] },
  ],
  ...{ Abs: [one], Ceil: [one], Cos: [one], Elu: [one], Erf: [one], Exp: [one], Expm1: [one], Floor: [one] },
  ...{ Log: [above], Log1p: [above], Neg: [one], Reciprocal: [above], Relu: [one], Rsqrt: [above] },
  ...{ Sigmoid: [one], Sign: [one], Sin: [one], Softplus: [one], Sqrt: [above], Square: [one], Tanh: [one] },
  LogicalNot: [{ attributes: null, inputs: [truths(batch)] }],
  Step: [{ attributes: { alpha: 0.2 }, inputs: [floats(batch, 3)] }],
  ...{ Add: [two], Sub: [two], Multiply: [two], Maximum: [two], Minimum: [two], SquaredDifference: [two] },
  RealDiv: [{ ...two, values: (x: number) => x + 3 * Math.sign(x) }],
  Pow: [{ ...two, values: (x: number) => Math.abs(x) + 0.1 }],
  ...{ LogicalAnd: [logical], LogicalOr: [logical], Equal: [equalAtTimes], NotEqual: [equalAtTimes] },
  ...{
    Greater: [equalAtTimes],
    GreaterEqual: [equalAtTimes],
    Less: [equalAtTimes],
    LessEqual: [equalAtTimes],
  },
  Select: [{ attributes: null, inputs: [truths(batch, 1), floats(batch, 3), floats(3)] }],
  ...{ Sum: reduction, Mean: reduction, Prod: reduction, Max: reduction, Min: reduction },
  Cast: [
    { attributes: { dtype: 'int32' }, inputs: [floats(batch)], values: (x) => 3 * x },
    { attributes: { dtype: 'bool' }, inputs: [wholes(batch)] },
    { attributes: { dtype: 'float32' }, inputs: [truths(batch)] },
  ],
  Reshape: [{ attributes: { shape: [{ perBatch: 3, constant: 0 }, 2] }, inputs: [floats(batch, 2, 3)] }],
  BroadcastTo: [{ attributes: { shape: [batch, 3] }, inputs: [floats(1, 3)] }],
  Transpose: [{ attributes: { permutation: [2, 0, 1] }, inputs: [floats(batch, 2, 3)] }],
  Tile: [{ attributes: { repeats: [2, 3] }, inputs: [floats(batch, 2)] }],
  Concat: [{ attributes: { axis: 0 }, inputs: [floats(batch, 2), floats(3, 2)] }],
  Slice: [
    { attributes: { begin: [1, 0], size: [{ perBatch: 1, constant: -2 }, 2] }, inputs: [floats(batch, 3)] },
  ],
  PadV2: [{ attributes: { before: [0, 1], after: [2, 0], value: 0.5 }, inputs: [floats(batch, 3)] }],
  GatherV2: [
    {
      attributes: { axis: 0 },
      inputs: [floats(4, 3), wholes(batch)],
      values: (x) => Math.min(3, Math.abs(x)),
    },
    {
      attributes: { axis: 1 },
      inputs: [floats(batch, 4), wholes(2)],
      values: (x) => Math.min(3, Math.abs(x)),
    },
  ],
  BatchMatMul: [
    { attributes: { transposeA: false, transposeB: false }, inputs: [floats(batch, 3), floats(3, 2)] },
    { attributes: { transposeA: true, transposeB: false }, inputs: [floats(3, batch), floats(3, 2)] },
    { attributes: { transposeA: false, transposeB: true }, inputs: [floats(2, batch, 3), floats(1, 2, 3)] },
    { attributes: { transposeA: true, transposeB: true }, inputs: [floats(3, batch), floats(2, 3)] },
  ],
  Conv2D: [
    { attributes: same, inputs: [image, floats(3, 3, 2, 4)] },
    { attributes: strided, inputs: [image, floats(3, 3, 2, 4)] },
  ],
  Conv2DBackpropInput: [
    {
      attributes: { ...same, inputShape: image.shape },
      inputs: [floats(batch, 7, 6, 4), floats(3, 3, 2, 4)],
    },
    {
      attributes: { ...strided, inputShape: image.shape },
      inputs: [floats(batch, 4, 3, 4), floats(3, 3, 2, 4)],
    },
  ],
  Conv2DBackpropFilter: [
    { attributes: { ...same, filterShape: [3, 3, 2, 4] }, inputs: [image, floats(batch, 7, 6, 4)] },
    { attributes: { ...strided, filterShape: [3, 3, 2, 4] }, inputs: [image, floats(batch, 4, 3, 4)] },
  ],
};

/** The graph of one operation on inputs called `0`, `1`, .... */
function graphOf<K extends Operation>(operation: K, { attributes, inputs }: Case<K>): Graph {
  const concrete = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(concrete)
      : typeof value === 'object' && value !== null && 'perBatch' in value
        ? at(value as Dimension, BATCH)
        : value;
  const own = Object.fromEntries(
    Object.entries(attributes ?? {}).map(([key, value]) => [key, concrete(value)]),
  );
  const types = inputs.map(({ shape, dtype }) => ({ shape: shape.map((size) => at(size, BATCH)), dtype }));
  // At one batch size: whether a graph is right at all is the tracer's concern.
  const nodes = [
    ...types.map((type, i) => ({
      operation: 'Input',
      inputs: [],
      attributes: { name: `${i}`, ...type },
      type,
    })),
    {
      operation,
      inputs: inputs.map((_, i) => i),
      attributes: attributes === null ? null : own,
      type: inferType(operation, types, own as unknown as Attributes[K]),
    },
  ] as unknown as Node[];
  return check({ nodes, outputs: [{ name: 'y', node: inputs.length }] });
}

const random = new RandomStream(8, 'noise');
type Stored = Float32Array | Int32Array | Uint8Array;

function drawn({ shape, dtype }: Type, block: number, values: (normal: number) => number): Stored {
  const count = shape.reduce<number>((product, size) => product * at(size, BATCH), 1);
  const made = Array.from(random.normals(block, count), values);
  if (dtype === 'bool') return Uint8Array.from(made, (x) => Number(x > 0));
  return dtype === 'int32' ? Int32Array.from(made, Math.round) : Float32Array.from(made);
}

const cases = (Object.keys(CASES) as (keyof typeof CASES)[]).flatMap((operation) =>
  (CASES[operation] as readonly Case<Operation>[]).map((one, i) => ({
    name: `${operation} ${i}`,
    operation,
    one,
  })),
);

interface Result {
  readonly dtype: TensorDtype;
  readonly shape: number[];
  readonly values: number[];
}

/** What JAX makes of every case, in one process. */
function evaluateAll(): Map<string, { got: Result; graph: Graph; given: Record<string, tf.Tensor> }> {
  const requests = cases.map(({ operation, one }, block) => {
    const values = one.values ?? ((x: number) => x);
    const stored = one.inputs.map((type, i) => drawn(type, 10 * block + i, values));
    return { graph: graphOf(operation, one), stored, one };
  });
  const asked = requests.map(({ graph, stored, one }) => ({
    graph: graphJson(graph),
    batch: BATCH,
    inputs: Object.fromEntries(
      stored.map((own, i) => {
        const { shape, dtype } = one.inputs[i]!;
        const kind = own instanceof Float32Array ? '<f4' : own instanceof Int32Array ? '<i4' : 'u1';
        const base64 = Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString('base64');
        return [`${i}`, { base64, stored: kind, dtype, shape: shape.map((size) => at(size, BATCH)) }];
      }),
    ),
  }));
  const { python, isOwn } = jaxPython()!;
  const program = join(__dirname, 'evaluate.py');
  const { stdout, stderr } = spawnSync(python, [...(isOwn ? ['-I'] : []), '-B', program, jaxSources()!], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (stdout === '') throw new Error(stderr);
  const results = JSON.parse(stdout.replace(/-Infinity/g, 'null')) as { y: Result }[];
  return new Map(
    results.map(({ y }, i) => {
      const { graph, stored, one } = requests[i]!;
      const given = one.inputs.map(({ shape, dtype }, j) => [
        `${j}`,
        tf.tensor(
          stored[j]!,
          shape.map((size) => at(size, BATCH)),
          dtype as TensorDtype,
        ),
      ]);
      return [
        cases[i]!.name,
        { got: y, graph, given: Object.fromEntries(given) as Record<string, tf.Tensor> },
      ];
    }),
  );
}

test('there is a rule for each operation', () => {
  const text = readFileSync(join(jaxSources()!, 'latent_explorer_jax', 'graph.py'), 'utf8');
  const table = text.slice(text.indexOf('RULES'), text.indexOf('\n}\n', text.indexOf('RULES')));
  const names = [...table.matchAll(/^ {4}"(\w+)":/gm)].map((match) => match[1]!);
  expect([...names, 'Input'].sort()).toEqual(Object.keys(OPERATIONS).sort());
});

describe.skipIf(jaxPython() === null)('on JAX', () => {
  let results: ReturnType<typeof evaluateAll> | undefined;

  test.each(cases.map(({ name }) => name))('%s', async (name) => {
    await tf.setBackend('cpu');
    const { got, graph, given } = (results ??= evaluateAll()).get(name)!;
    const expected = interpret(graph, given, BATCH);
    // JSON has no infinity.
    const values = got.values.map((value: number | null) => value ?? -Infinity);
    expectSame({ y: tf.tensor(values, got.shape, got.dtype) }, expected, TOLERANCE);
  });
});
