import { isStatic } from '../../trace/dimension';
import type { Graph, Node, NodeOf } from '../../trace/graph';
import type { Operation, Reduction } from '../../trace/operations';
import { summedSoftplus } from '../../trace/summed-softplus';
import { ProtobufMessage } from '../protobuf';
import { convolutionAttributes } from './convolution';
import type { Executor } from './executor';
import { fusedKernel } from './fused';
import { attribute } from './graph-def';
import type { AttributeMap, NodeList, TypeName } from './graph-def';
import type { Dimension, Dtype } from '../../trace/types';

const TYPES: Readonly<Record<Dtype, TypeName>> = {
  ...{ float32: 'float', int32: 'int32', bool: 'bool', bfloat16: 'bfloat16' },
};

/** A traced graph being lowered to TensorFlow. */
class Context {
  private batchReference: string | null = null;

  constructor(
    readonly list: NodeList,
    private readonly graph: Graph,
    private readonly reference: (number: number) => string,
    readonly executor: Executor,
  ) {}

  /** Appends an operation with element type `dtype`, its attribute `T`. */
  readonly add = (
    operation: string,
    inputs: readonly string[],
    dtype: Dtype,
    more: AttributeMap = {},
    output = 'output',
  ): string => this.list.add(operation, inputs, { T: attribute.type(TYPES[dtype]), ...more }, output);

  /** Appends a product, whose operands share a type. The kernels round the result to it; a graph has it in single precision. */
  readonly product = (
    operation: string,
    inputs: readonly string[],
    operands: Dtype,
    more: AttributeMap,
    output = 'output',
  ): string => {
    const result = this.add(operation, inputs, operands, more, output);
    return operands === 'float32' ? result : this.cast(result, operands, 'float32');
  };

  cast(value: string, from: Dtype, to: Dtype): string {
    const types = { SrcT: attribute.type(TYPES[from]), DstT: attribute.type(TYPES[to]) };
    return this.list.add('Cast', [value], types, 'y');
  }

  readonly dtype = (number: number): Dtype => this.graph.nodes[number]!.type.dtype;
  readonly shape = (number: number): readonly Dimension[] => this.graph.nodes[number]!.type.shape;

  /** Returns sizes as an int32 tensor, which is a constant if all are known. */
  readonly sizes = (shape: readonly Dimension[]): string => {
    if (isStatic(shape)) return this.list.ints(shape);
    const attributes = { T: attribute.type('int32'), N: attribute.int(shape.length), axis: attribute.int(0) };
    return this.list.add(
      'Pack',
      shape.map((size) => this.size(size)),
      attributes,
      'output',
    );
  };

  size(dimension: Dimension): string {
    if (typeof dimension === 'number') return this.list.int(dimension);
    const { perBatch, constant } = dimension;
    const product = this.add('Mul', [this.batch(), this.list.int(perBatch)], 'int32', {}, 'z');
    return this.add('AddV2', [product, this.list.int(constant)], 'int32', {}, 'z');
  }

  /** Returns the batch size, read from an input that has it. */
  private batch(): string {
    if (this.batchReference === null) {
      const number = this.graph.nodes.findIndex(
        ({ operation, type }) =>
          operation === 'Input' &&
          type.shape.some((size) => typeof size === 'object' && size.perBatch === 1 && size.constant === 0),
      );
      const { type } = this.graph.nodes[number]!;
      const axis = type.shape.findIndex((size) => typeof size === 'object');
      const shape = this.add('Shape', [this.reference(number)], type.dtype, {
        out_type: attribute.type('int32'),
      });
      this.batchReference = this.list.add(
        'GatherV2',
        [shape, this.list.int(axis), this.list.int(0)],
        gatherAttributes('int32'),
        'output',
      );
    }
    return this.batchReference;
  }
}

export const gatherAttributes = (type: TypeName): AttributeMap => ({
  Tparams: attribute.type(type),
  Tindices: attribute.type('int32'),
  Taxis: attribute.type('int32'),
  batch_dims: attribute.int(0),
});

type Lowering<K extends Operation> = (node: NodeOf<K>, inputs: readonly string[], context: Context) => string;

/** @param output result name in TensorFlow's definition of the operation */
const plain =
  (operation: string, output: string) =>
  (node: Node, inputs: readonly string[], { add }: Context): string =>
    add(operation, inputs, node.type.dtype, {}, output);

/** Lowers a comparison, whose `T` is the type of its operands. */
const comparison =
  (operation: string) =>
  (node: Node, inputs: readonly string[], context: Context): string =>
    context.add(operation, inputs, context.dtype(node.inputs[0]!), {}, 'z');

const logical =
  (operation: string, output: string) =>
  (_: Node, inputs: readonly string[], { list }: Context): string =>
    list.add(operation, inputs, {}, output);

const reduction =
  (operation: string): Lowering<Reduction> =>
  ({ attributes: { axes, keepDims }, type }, [x], { add, list }) =>
    add(operation, [x!, list.ints(axes)], type.dtype, {
      Tidx: attribute.type('int32'),
      keep_dims: attribute.flag(keepDims),
    });

/** Field numbers of xla/xla_data.proto. */
const DotDimensionNumbers = { lhsContracting: 1, rhsContracting: 2 };

/** Returns the attributes of XLA's own product of two matrices, which adds products of bfloat16 up in single precision. */
function dotAttributes(transposeA: boolean, transposeB: boolean): AttributeMap {
  const dimensions = new ProtobufMessage()
    .packedVarints(DotDimensionNumbers.lhsContracting, [transposeA ? 0 : 1])
    .packedVarints(DotDimensionNumbers.rhsContracting, [transposeB ? 1 : 0]);
  return {
    LhsT: attribute.type('bfloat16'),
    RhsT: attribute.type('bfloat16'),
    preferred_element_type: attribute.type('float'),
    // Numbers below 128: as text, they are the same bytes.
    dimension_numbers: attribute.text(Buffer.from(dimensions.encode()).toString('latin1')),
    precision_config: attribute.text(''),
  };
}

const index = { Tidx: attribute.type('int32') };
const shaped = { Tshape: attribute.type('int32') };

/** Lowering rule of each operation except inputs, which the caller supplies. */
const LOWERINGS: {
  readonly [K in Exclude<Operation, 'Input'>]: (
    node: NodeOf<K>,
    inputs: readonly string[],
    context: Context,
  ) => string;
} = {
  Constant: ({ attributes: { values, shape, dtype } }, _, { list }) =>
    list.constant(TYPES[dtype], shape, dtype === 'bool' ? Uint8Array.from(values) : values),
  Fill: ({ attributes: { value, shape, dtype } }, _, context) => {
    const { list, add } = context;
    const single =
      typeof value === 'object'
        ? list.add(
            'Cast',
            [context.size(value)],
            { SrcT: attribute.type('int32'), DstT: attribute.type(TYPES[dtype]) },
            'y',
          )
        : list.constant(
            TYPES[dtype],
            [],
            dtype === 'float32'
              ? Float32Array.of(value)
              : dtype === 'int32'
                ? Int32Array.of(value)
                : Uint8Array.of(value),
          );
    return shape.length === 0
      ? single
      : add('Fill', [context.sizes(shape), single], dtype, { index_type: attribute.type('int32') });
  },
  ...{ Abs: plain('Abs', 'y'), Ceil: plain('Ceil', 'y'), Cos: plain('Cos', 'y') },
  ...{ Elu: plain('Elu', 'activations'), Erf: plain('Erf', 'y'), Exp: plain('Exp', 'y') },
  ...{ Expm1: plain('Expm1', 'y'), Floor: plain('Floor', 'y'), Log: plain('Log', 'y') },
  ...{ Log1p: plain('Log1p', 'y'), Neg: plain('Neg', 'y'), Reciprocal: plain('Reciprocal', 'y') },
  ...{ Relu: plain('Relu', 'activations'), Rsqrt: plain('Rsqrt', 'y'), Sigmoid: plain('Sigmoid', 'y') },
  ...{ Sign: plain('Sign', 'y'), Sin: plain('Sin', 'y') },
  // max(x, 0) - log sigmoid |x|: TensorFlow has vectorised code for each of these, but little for its own Softplus.
  Softplus: ({ type: { dtype } }, [x], { add }) => {
    const magnitude = add('Abs', [x!], dtype, {}, 'y');
    const tail = add('Log', [add('Sigmoid', [magnitude], dtype, {}, 'y')], dtype, {}, 'y');
    return add('Sub', [add('Relu', [x!], dtype, {}, 'activations'), tail], dtype, {}, 'z');
  },
  ...{ Sqrt: plain('Sqrt', 'y'), Square: plain('Square', 'y'), Tanh: plain('Tanh', 'y') },
  ...{ Add: plain('AddV2', 'z'), Sub: plain('Sub', 'z'), Multiply: plain('Mul', 'z') },
  ...{ RealDiv: plain('RealDiv', 'z'), Maximum: plain('Maximum', 'z'), Minimum: plain('Minimum', 'z') },
  ...{ Pow: plain('Pow', 'z'), SquaredDifference: plain('SquaredDifference', 'z') },
  ...{ Equal: comparison('Equal'), NotEqual: comparison('NotEqual'), Greater: comparison('Greater') },
  ...{
    GreaterEqual: comparison('GreaterEqual'),
    Less: comparison('Less'),
    LessEqual: comparison('LessEqual'),
  },
  ...{ LogicalAnd: logical('LogicalAnd', 'z'), LogicalOr: logical('LogicalOr', 'z') },
  LogicalNot: logical('LogicalNot', 'y'),
  ...{ Sum: reduction('Sum'), Mean: reduction('Mean'), Prod: reduction('Prod') },
  ...{ Max: reduction('Max'), Min: reduction('Min') },
  Select: plain('SelectV2', 'output'),
  Cast: (node, [x], context) => context.cast(x!, context.dtype(node.inputs[0]!), node.type.dtype),
  Reshape: ({ type }, [x], { add, list, sizes }) => {
    // A single unknown size is inferred from the others.
    const unknown = type.shape.filter((size) => typeof size === 'object').length;
    const shape =
      unknown === 1
        ? list.ints(type.shape.map((size) => (typeof size === 'object' ? -1 : size)))
        : sizes(type.shape);
    return add('Reshape', [x!, shape], type.dtype, shaped);
  },
  BroadcastTo: ({ type }, [x], { add, sizes }) =>
    add('BroadcastTo', [x!, sizes(type.shape)], type.dtype, index),
  Transpose: ({ type, attributes }, [x], { add, list }) =>
    add(
      'Transpose',
      [x!, list.ints(attributes.permutation)],
      type.dtype,
      { Tperm: attribute.type('int32') },
      'y',
    ),
  Tile: ({ type, attributes }, [x], { add, sizes }) =>
    add('Tile', [x!, sizes(attributes.repeats)], type.dtype, { Tmultiples: attribute.type('int32') }),
  Concat: ({ type, attributes }, inputs, { add, list }) =>
    add('ConcatV2', [...inputs, list.int(attributes.axis)], type.dtype, {
      ...index,
      N: attribute.int(inputs.length),
    }),
  Slice: ({ type, attributes }, [x], { add, sizes }) =>
    add('Slice', [x!, sizes(attributes.begin), sizes(attributes.size)], type.dtype, {
      Index: attribute.type('int32'),
    }),
  PadV2: (node, [x], { add, list, sizes }) => {
    const { before, after, value } = node.attributes;
    const pairs = before.flatMap((size, i) => [size, after[i]!]);
    const paddings = list.add(
      'Reshape',
      [sizes(pairs), list.ints([before.length, 2])],
      { T: attribute.type('int32'), ...shaped },
      'output',
    );
    const filler = list.constant('float', [], Float32Array.of(value));
    return add('PadV2', [x!, paddings, filler], node.type.dtype, { Tpaddings: attribute.type('int32') });
  },
  GatherV2: ({ type, attributes }, inputs, { list }) =>
    list.add(
      'GatherV2',
      [...inputs, list.int(attributes.axis)],
      gatherAttributes(TYPES[type.dtype]),
      'output',
    ),
  Step: ({ attributes }, [x], { add, list }) => {
    const constant = (value: number): string => list.constant('float', [], Float32Array.of(value));
    const positive = add('Greater', [x!, constant(0)], 'float32', {}, 'z');
    return add('SelectV2', [positive, constant(1), constant(attributes.alpha)], 'float32');
  },
  BatchMatMul: (node, inputs, context) => {
    const { transposeA, transposeB } = node.attributes;
    const operands = context.dtype(node.inputs[0]!);
    if (node.type.shape.length > 2)
      return context.product('BatchMatMulV2', inputs, operands, {
        adj_x: attribute.flag(transposeA),
        adj_y: attribute.flag(transposeB),
      });
    if (operands === 'bfloat16' && context.executor === 'xla')
      return context.list.add('XlaDotV2', inputs, dotAttributes(transposeA, transposeB), 'output');
    return context.product(
      'MatMul',
      inputs,
      operands,
      { transpose_a: attribute.flag(transposeA), transpose_b: attribute.flag(transposeB) },
      'product',
    );
  },
  Conv2D: (node, inputs, { dtype, product, shape }) =>
    product(
      'Conv2D',
      inputs,
      dtype(node.inputs[0]!),
      convolutionAttributes(node.attributes, shape(node.inputs[0]!), shape(node.inputs[1]!)),
    ),
  Conv2DBackpropInput: (node, [gradient, filter], { dtype, product, shape, sizes }) => {
    const { inputShape } = node.attributes;
    const attributes = convolutionAttributes(node.attributes, inputShape, shape(node.inputs[1]!));
    const inputs = [sizes(inputShape), filter!, gradient!];
    return product('Conv2DBackpropInput', inputs, dtype(node.inputs[0]!), attributes);
  },
  Conv2DBackpropFilter: (node, [x, gradient], { dtype, product, list, shape }) => {
    const { filterShape } = node.attributes;
    const attributes = convolutionAttributes(node.attributes, shape(node.inputs[0]!), filterShape);
    const inputs = [x!, list.ints(filterShape), gradient!];
    return product('Conv2DBackpropFilter', inputs, dtype(node.inputs[0]!), attributes);
  },
};

/**
 * Appends the nodes of a traced function that its outputs need.
 * @param inputs reference of each input of the graph, by name
 * @param executor what runs the nodes
 * @param fuses whether kernels are used that TensorFlow itself has, and TensorFlow.js lacks
 * @returns the reference of each output, by name
 */
export function lower(
  traced: Graph,
  list: NodeList,
  inputs: Readonly<Record<string, string>>,
  executor: Executor = 'graph',
  fuses = true,
): Record<string, string> {
  const graph = summedSoftplus(traced);
  const references: string[] = [];
  const context = new Context(list, graph, reference, executor);

  function reference(number: number): string {
    return (references[number] ??= append(graph.nodes[number]!));
  }
  function append(node: Node): string {
    if (node.operation === 'Input') return inputs[node.attributes.name]!;
    const kernel = fuses ? fusedKernel(node, graph) : null;
    if (kernel)
      return list.add(kernel.operation, kernel.inputs.map(reference), kernel.attributes, kernel.output);
    const rule = LOWERINGS[node.operation] as Lowering<Operation>;
    return rule(node, node.inputs.map(reference), context);
  }
  return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, reference(node)]));
}
