import type { Graph, NodeOf } from '../../trace/graph';
import type { Operation, Reduction } from '../../trace/operations';
import { summedSoftplus } from '../../trace/summed-softplus';
import { geometryOf } from './blocks';
import { convolve, filterGradient, imageGradient } from './convolution';
import type { GraphBuilder } from './graph-builder';
import { onnxTensor } from './tensor';
import type { Dimension, Dtype } from '../../trace/types';

/** TensorProto's data types, as Cast takes them. */
const DATA_TYPE: Readonly<Record<Dtype, number>> = { float32: 1, int32: 6, bool: 9, bfloat16: 16 };

/** A traced graph being lowered to ONNX. */
class Context {
  private batchName: string | null = null;

  constructor(
    readonly builder: GraphBuilder,
    private readonly graph: Graph,
    private readonly names: readonly string[],
  ) {}

  readonly add: GraphBuilder['add'] = (...args) => this.builder.add(...args);
  readonly shape = (number: number): readonly Dimension[] => this.graph.nodes[number]!.type.shape;
  /** Returns a shape with -1 for sizes that depend on the batch, for kernels that ignore the batch. */
  readonly numbers = (shape: readonly Dimension[]): number[] =>
    shape.map((size) => (typeof size === 'number' ? size : -1));
  readonly sizes = (shape: readonly Dimension[]): string => this.builder.sizes(shape, this.batch);
  readonly integers = (values: readonly number[]): string => this.builder.integers(values);
  readonly number = (value: number): string => this.builder.number(value);

  /** Returns the name of the batch size [1], read from an input that has it. */
  private readonly batch = (): string => {
    if (this.batchName === null) {
      const isBatch = (size: Dimension): boolean =>
        typeof size === 'object' && size.perBatch === 1 && size.constant === 0;
      const number = this.graph.nodes.findIndex(
        ({ operation, type }) => operation === 'Input' && type.shape.some(isBatch),
      );
      const axis = this.graph.nodes[number]!.type.shape.findIndex(isBatch);
      const shape = this.add('Shape', [this.names[number]!]);
      this.batchName = this.add('Gather', [shape, this.integers([axis])]);
    }
    return this.batchName;
  };
}

type Lowering<K extends Operation> = (node: NodeOf<K>, inputs: readonly string[], context: Context) => string;

const plain =
  (operator: string) =>
  (_: unknown, inputs: readonly string[], { add }: Context): string =>
    add(operator, inputs);

const reduction =
  (operator: string) =>
  (
    { attributes: { axes, keepDims } }: NodeOf<Reduction>,
    [x]: readonly string[],
    { add, integers }: Context,
  ): string =>
    add(operator, [x!, integers(axes)], { keepdims: { int: keepDims ? 1 : 0 } });

/** Lowering rule of each operation except inputs, which the caller supplies. */
const LOWERINGS: { readonly [K in Exclude<Operation, 'Input'>]: Lowering<K> } = {
  Constant: ({ attributes: { values, shape, dtype } }, _, { builder }) =>
    builder.constant(onnxTensor(dtype, shape, Array.from(values))),
  Fill: ({ attributes: { value, shape, dtype } }, _, { builder, add, sizes, integers }) => {
    const single =
      typeof value === 'number'
        ? builder.constant(onnxTensor(dtype, [], [value]))
        : add('Cast', [add('Squeeze', [sizes([value]), integers([0])])], { to: { int: DATA_TYPE[dtype] } });
    return shape.length === 0 ? single : add('Expand', [single, sizes(shape)]);
  },
  ...{ Abs: plain('Abs'), Ceil: plain('Ceil'), Cos: plain('Cos'), Elu: plain('Elu'), Erf: plain('Erf') },
  ...{ Exp: plain('Exp'), Floor: plain('Floor'), Log: plain('Log'), Neg: plain('Neg') },
  ...{ Reciprocal: plain('Reciprocal'), Relu: plain('Relu'), Sigmoid: plain('Sigmoid'), Sign: plain('Sign') },
  ...{ Sin: plain('Sin'), Sqrt: plain('Sqrt'), Tanh: plain('Tanh') },
  // max(x, 0) - log sigmoid |x|: ONNX Runtime has vectorised code for each of these, but not for its own Softplus.
  Softplus: (_, [x], { add }) =>
    add('Sub', [add('Relu', [x!]), add('Log', [add('Sigmoid', [add('Abs', [x!])])])]),
  Expm1: (_, inputs, { add, number }) => add('Sub', [add('Exp', inputs), number(1)]),
  Log1p: (_, inputs, { add, number }) => add('Log', [add('Add', [...inputs, number(1)])]),
  Rsqrt: (_, inputs, { add }) => add('Reciprocal', [add('Sqrt', inputs)]),
  Square: (_, [x], { add }) => add('Mul', [x!, x!]),
  ...{ Add: plain('Add'), Sub: plain('Sub'), Multiply: plain('Mul'), RealDiv: plain('Div') },
  ...{ Maximum: plain('Max'), Minimum: plain('Min'), Pow: plain('Pow') },
  SquaredDifference: (_, inputs, { add }) => {
    const difference = add('Sub', inputs);
    return add('Mul', [difference, difference]);
  },
  ...{ Equal: plain('Equal'), Greater: plain('Greater'), GreaterEqual: plain('GreaterOrEqual') },
  ...{ Less: plain('Less'), LessEqual: plain('LessOrEqual') },
  NotEqual: (_, inputs, { add }) => add('Not', [add('Equal', inputs)]),
  ...{ LogicalAnd: plain('And'), LogicalOr: plain('Or'), LogicalNot: plain('Not') },
  ...{ Sum: reduction('ReduceSum'), Mean: reduction('ReduceMean'), Prod: reduction('ReduceProd') },
  ...{ Max: reduction('ReduceMax'), Min: reduction('ReduceMin') },
  Select: plain('Where'),
  Cast: ({ type }, inputs, { add }) => add('Cast', inputs, { to: { int: DATA_TYPE[type.dtype] } }),
  Reshape: ({ type: { shape } }, [x], { add, integers, sizes, numbers }) => {
    // A single unknown size is inferred from the others.
    const unknown = shape.filter((size) => typeof size === 'object').length;
    return add('Reshape', [x!, unknown === 1 ? integers(numbers(shape)) : sizes(shape)]);
  },
  BroadcastTo: ({ type }, [x], { add, sizes }) => add('Expand', [x!, sizes(type.shape)]),
  Transpose: ({ attributes }, inputs, { add }) =>
    add('Transpose', inputs, { perm: { ints: attributes.permutation } }),
  Tile: ({ attributes }, [x], { add, sizes }) => add('Tile', [x!, sizes(attributes.repeats)]),
  Concat: ({ attributes }, inputs, { add }) => add('Concat', inputs, { axis: { int: attributes.axis } }),
  Slice: ({ attributes }, [x], { add, sizes }) => {
    const starts = sizes(attributes.begin);
    return add('Slice', [x!, starts, add('Add', [starts, sizes(attributes.size)])]);
  },
  PadV2: ({ attributes: { before, after, value } }, [x], { add, sizes, number }) =>
    add('Pad', [x!, sizes([...before, ...after]), number(value)]),
  GatherV2: ({ attributes }, inputs, { add }) => add('Gather', inputs, { axis: { int: attributes.axis } }),
  Step: ({ attributes: { alpha } }, [x], { add, number }) => {
    const isAbove = add('Greater', [x!, number(0)]);
    // Where takes several times as long as Cast.
    if (alpha === 0) return add('Cast', [isAbove], { to: { int: DATA_TYPE.float32 } });
    return add('Where', [isAbove, number(1), number(alpha)]);
  },
  BatchMatMul: ({ attributes: { transposeA, transposeB }, type }, inputs, { add }) => {
    const rank = type.shape.length;
    if (rank === 2) {
      return add('Gemm', inputs, {
        transA: { int: transposeA ? 1 : 0 },
        transB: { int: transposeB ? 1 : 0 },
      });
    }
    const swapped = [...Array(rank - 2).keys(), rank - 1, rank - 2];
    const factors = inputs.map((x, i) =>
      (i === 0 ? transposeA : transposeB) ? add('Transpose', [x], { perm: { ints: swapped } }) : x,
    );
    return add('MatMul', factors);
  },
  Conv2D: ({ inputs, attributes }, [x, filter], { builder, shape, numbers }) => {
    const [image, filterShape] = inputs.map((input) => numbers(shape(input))) as [number[], number[]];
    return convolve(builder, x!, filter!, geometryOf(attributes, image, filterShape));
  },
  Conv2DBackpropInput: ({ inputs, attributes }, [gradient, filter], { builder, shape, numbers }) => {
    const filterShape = numbers(shape(inputs[1]!));
    const geometry = geometryOf(attributes, numbers(attributes.inputShape), filterShape);
    return imageGradient(builder, gradient!, filter!, geometry);
  },
  Conv2DBackpropFilter: ({ inputs, attributes }, [x, gradient], { builder, shape, numbers }) => {
    const { filterShape } = attributes;
    const geometry = geometryOf(attributes, numbers(shape(inputs[0]!)), filterShape);
    return filterGradient(builder, x!, gradient!, geometry);
  },
};

/**
 * Appends a traced function to a graph under construction.
 * @param inputs value of each input of the function, by name @returns the value of each output, by name
 */
export function lower(
  traced: Graph,
  builder: GraphBuilder,
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  const graph = summedSoftplus(traced);
  const names: string[] = [];
  const context = new Context(builder, graph, names);
  for (const node of graph.nodes) {
    names.push(
      node.operation === 'Input'
        ? inputs[node.attributes.name]!
        : (LOWERINGS[node.operation] as Lowering<Operation>)(
            node,
            node.inputs.map((input) => names[input]!),
            context,
          ),
    );
  }
  return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, names[node]!]));
}
