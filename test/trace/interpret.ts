/** Evaluates a graph operation by operation with eager tfjs, without any of the product's ways to run one. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Graph, Node } from '../../src/trace/graph';
import type { Attributes, Operation } from '../../src/trace/operations';
import type { Dimension } from '../../src/trace/types';

/** Attributes with the batch size put in. */
type At<T> = T extends Dimension
  ? number
  : T extends Float32Array | Int32Array
    ? T
    : { readonly [K in keyof T]: At<T[K]> };

export function at<T>(value: T, batch: number): At<T> {
  const put = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(put);
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return item;
    if ('perBatch' in item) {
      const { perBatch, constant } = item as Exclude<Dimension, number>;
      return perBatch * batch + constant;
    }
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, put(inner)]));
  };
  return put(value) as At<T>;
}

type Inputs = Readonly<Record<string, Tensor>>;
type Rule<K extends Operation> = (tensors: Tensor[], attributes: At<Attributes[K]>, given: Inputs) => Tensor;

const unary =
  (operation: (x: Tensor) => Tensor) =>
  ([x]: Tensor[]): Tensor =>
    operation(x!);

const binary =
  (operation: (a: Tensor, b: Tensor) => Tensor) =>
  ([a, b]: Tensor[]): Tensor =>
    operation(a!, b!);

const reduction =
  (operation: (x: Tensor, axes: number[], keepDims: boolean) => Tensor) =>
  ([x]: Tensor[], { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean }) =>
    operation(x!, [...axes], keepDims);

type Padding = readonly [number, number, number, number];
const explicit = ([above, below, left, right]: Padding): [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
] => [
  [0, 0],
  [above, below],
  [left, right],
  [0, 0],
];

/** Rounds numbers to those of bfloat16, to the nearest and of two equally near ones to the even one. */
export function toBfloat16(x: Tensor): Tensor {
  const bits = new Uint32Array(Float32Array.from(x.dataSync()).buffer);
  // Adding just below half of the last place that is kept, and that place's bit, carries where it is to be rounded up.
  const rounded = bits.map((word) => (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000);
  return tf.tensor(new Float32Array(rounded.buffer), x.shape);
}

const RULES: { readonly [K in Operation]: Rule<K> } = {
  Input: (_, { name }, given) => tf.clone(given[name]!),
  Constant: (_, { values, shape, dtype }) => tf.tensor(values, [...shape], dtype),
  Fill: (_, { value, shape, dtype }) => tf.fill([...shape], value, dtype),
  Abs: unary(tf.abs),
  Ceil: unary(tf.ceil),
  Cos: unary(tf.cos),
  Elu: unary(tf.elu),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  Expm1: unary(tf.expm1),
  Floor: unary(tf.floor),
  Log: unary(tf.log),
  Log1p: unary(tf.log1p),
  Neg: unary(tf.neg),
  Reciprocal: unary(tf.reciprocal),
  Relu: unary(tf.relu),
  Rsqrt: unary(tf.rsqrt),
  Sigmoid: unary(tf.sigmoid),
  Sign: unary(tf.sign),
  Sin: unary(tf.sin),
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt),
  Square: unary(tf.square),
  Tanh: unary(tf.tanh),
  LogicalNot: unary(tf.logicalNot),
  Step: ([x], { alpha }) => tf.step(x!, alpha),
  Add: binary(tf.add),
  Sub: binary(tf.sub),
  Multiply: binary(tf.mul),
  RealDiv: binary(tf.div),
  Maximum: binary(tf.maximum),
  Minimum: binary(tf.minimum),
  Pow: binary(tf.pow),
  SquaredDifference: binary(tf.squaredDifference),
  Equal: binary(tf.equal),
  NotEqual: binary(tf.notEqual),
  Greater: binary(tf.greater),
  GreaterEqual: binary(tf.greaterEqual),
  Less: binary(tf.less),
  LessEqual: binary(tf.lessEqual),
  LogicalAnd: binary(tf.logicalAnd),
  LogicalOr: binary(tf.logicalOr),
  Select: ([condition, a, b]) => tf.where(condition!, a!, b!),
  Sum: reduction(tf.sum),
  Mean: reduction(tf.mean),
  Prod: reduction(tf.prod),
  Max: reduction(tf.max),
  Min: reduction(tf.min),
  // Numbers of bfloat16 as the same numbers in single precision: tfjs has no others, and sums have that precision anyway.
  Cast: ([x], { dtype }) => (dtype === 'bfloat16' ? toBfloat16(x!) : tf.cast(x!, dtype)),
  Reshape: ([x], { shape }) => tf.reshape(x!, [...shape]),
  BroadcastTo: ([x], { shape }) => tf.broadcastTo(x!, [...shape]),
  Transpose: ([x], { permutation }) => tf.transpose(x!, [...permutation]),
  Tile: ([x], { repeats }) => tf.tile(x!, [...repeats]),
  Concat: (tensors, { axis }) => tf.concat(tensors, axis),
  Slice: ([x], { begin, size }) => tf.slice(x!, [...begin], [...size]),
  PadV2: ([x], { before, after, value }) =>
    tf.pad(
      x!,
      before.map((count, i): [number, number] => [count, after[i]!]),
      value,
    ),
  GatherV2: ([x, indices], { axis }) => tf.gather(x!, indices!, axis),
  BatchMatMul: ([a, b], { transposeA, transposeB }) => tf.matMul(a!, b!, transposeA, transposeB),
  Conv2D: ([x, filter], { strides, padding }) =>
    tf.conv2d(x as Tensor4D, filter as Tensor4D, [...strides], explicit(padding)),
  Conv2DBackpropInput: ([gradient, filter], { strides, padding, inputShape }) =>
    tf.conv2dTranspose(
      gradient as Tensor4D,
      filter as Tensor4D,
      inputShape as unknown as Tensor4D['shape'],
      [...strides],
      explicit(padding),
    ),
  // tfjs has no function of its own for this one.
  Conv2DBackpropFilter: ([x, gradient], { strides, padding, filterShape }) => {
    const convolved = (filter: Tensor): Tensor =>
      tf.conv2d(x as Tensor4D, filter as Tensor4D, [...strides], explicit(padding));
    return tf.grad(convolved)(tf.zeros([...filterShape]), gradient);
  },
};

function evaluate<K extends Operation>(
  operation: K,
  tensors: Tensor[],
  attributes: unknown,
  given: Inputs,
): Tensor {
  return RULES[operation](tensors, attributes as At<Attributes[K]>, given);
}

const described = ({ dtype, shape }: { dtype: string; shape: readonly number[] }): string =>
  `${dtype}[${shape.join(', ')}]`;

/** The outputs' values. Every node is seen to have the type that the graph says. */
export function interpret({ nodes, outputs }: Graph, given: Inputs, batch: number): Record<string, Tensor> {
  return tf.tidy(() => {
    const values: Tensor[] = [];
    nodes.forEach((node: Node, i) => {
      const tensors = node.inputs.map((input) => values[input]!);
      const value = evaluate(node.operation, tensors, at<unknown>(node.attributes, batch), given);
      const { shape, dtype } = at(node.type, batch);
      const [got, said] = [
        described(value),
        described({ shape, dtype: dtype === 'bfloat16' ? 'float32' : dtype }),
      ];
      if (got !== said) throw new Error(`node %${i} (${node.operation}) is ${got}, the graph says ${said}`);
      values.push(value);
    });
    return Object.fromEntries(outputs.map(({ name, node }) => [name, values[node]!]));
  });
}
