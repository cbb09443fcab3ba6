import * as tf from '@tensorflow/tfjs-core';

/** The files of a graph model of TensorFlow.js. */
export interface GraphFile {
  readonly model: {
    readonly modelTopology: { readonly node: readonly Node[] };
    readonly signature: { readonly outputs: Readonly<Record<string, { readonly name: string }>> };
    readonly userDefinedMetadata: Readonly<Record<string, string>>;
    readonly weightsManifest: readonly {
      readonly paths: readonly string[];
      readonly weights: readonly {
        readonly name: string;
        readonly shape: number[];
        readonly dtype: string;
      }[];
    }[];
  };
  readonly weights: Buffer;
}

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, { readonly b?: boolean; readonly list?: { readonly i: string[] } }>>;
}

type Operation = (inputs: tf.Tensor[], attributes: Node['attr']) => tf.Tensor;
const ints = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const stride = (attributes: Node['attr']): [number, number] =>
  attributes['strides']!.list!.i.slice(1, 3).map(Number) as [number, number];

/** TensorFlow's operations by their definitions, on tfjs' functions. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  Abs: ([x]) => tf.abs(x!),
  AddV2: ([a, b]) => tf.add(a!, b!),
  ConcatV2: (inputs) => tf.concat(inputs.slice(0, -1), ints(inputs.at(-1)!)[0]),
  Conv2D: ([x, w], attributes) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride(attributes), 'same'),
  Conv2DBackpropInput: ([shape, w, x], attributes) =>
    tf.conv2dTranspose(
      x as tf.Tensor4D,
      w as tf.Tensor4D,
      ints(shape!) as [number, number, number, number],
      stride(attributes),
      'same',
    ),
  Erf: ([x]) => tf.erf(x!),
  Exp: ([x]) => tf.exp(x!),
  Fill: ([shape, value]) => tf.fill(ints(shape!), ints(value!)[0]!),
  GatherV2: ([x, index, axis]) => tf.gather(x!, index as tf.Tensor1D, ints(axis!)[0]),
  Greater: ([a, b]) => tf.greater(a!, b!),
  Identity: ([x]) => x!,
  MatMul: ([a, b], attributes) =>
    tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, attributes['transpose_a']?.b, attributes['transpose_b']?.b),
  Mul: ([a, b]) => tf.mul(a!, b!),
  Neg: ([x]) => tf.neg(x!),
  Pack: (inputs) => tf.stack(inputs),
  RealDiv: ([a, b]) => tf.div(a!, b!),
  Reciprocal: ([x]) => tf.reciprocal(x!),
  Relu: ([x]) => tf.relu(x!),
  Reshape: ([x, shape]) => tf.reshape(x!, ints(shape!)),
  SelectV2: ([condition, a, b]) => tf.where(condition!, a!, b!),
  Shape: ([x]) => tf.tensor1d(x!.shape, 'int32'),
  Sigmoid: ([x]) => tf.sigmoid(x!),
  Slice: ([x, begin, size]) => tf.slice(x!, ints(begin!), ints(size!)),
  Square: ([x]) => tf.square(x!),
  Sub: ([a, b]) => tf.sub(a!, b!),
  Tanh: ([x]) => tf.tanh(x!),
  Transpose: ([x, order]) => tf.transpose(x!, ints(order!)),
};

/** Computes the outputs of a graph model, in the order of its nodes. */
export function runGraph(
  { model, weights }: GraphFile,
  inputs: Readonly<Record<string, tf.Tensor>>,
): Record<string, Float32Array> {
  const values = new Map<string, tf.Tensor>(Object.entries(inputs));
  let at = 0;
  for (const { name, shape, dtype } of model.weightsManifest[0]!.weights) {
    const count = shape.reduce((a, b) => a * b, 1);
    const bytes = new Uint8Array(weights.subarray(at, (at += 4 * count))).buffer;
    const data = dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes);
    values.set(name, tf.tensor(data, shape, dtype as 'int32'));
  }
  if (at !== weights.length) throw new Error(`${weights.length} bytes of weights, expected ${at}`);
  for (const { name, op, input = [], attr } of model.modelTopology.node) {
    if (op === 'Const' || op === 'Placeholder') continue;
    const operation = OPERATIONS[op];
    if (!operation) throw new Error(`operation ${op}`);
    values.set(
      name,
      operation(
        input.map((each) => values.get(each)!),
        attr,
      ),
    );
  }
  return Object.fromEntries(
    Object.entries(model.signature.outputs).map(([key, { name }]) => [
      key,
      values.get(name.replace(/:0$/, ''))!.dataSync() as Float32Array,
    ]),
  );
}
