import {
  broadcastShapes,
  concatenatedShape,
  convolvedShape,
  gatheredShape,
  paddedShape,
  productShape,
  reducedShape,
  reshapedShape,
} from './shapes';
import { TraceError } from './types';
import type { ConcreteType, Dimension, Dtype, TensorDtype } from './types';

type Sizes = readonly Dimension[];

interface ReductionAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Images are [batch, height, width, channels], filters [height, width, in, out]. */
export interface ConvolutionAttributes {
  readonly strides: readonly [number, number];
  /** Zeros above, below, left and right of the image. */
  readonly padding: readonly [number, number, number, number];
}

export type Unary =
  | (
      | 'Abs'
      | 'Ceil'
      | 'Cos'
      | 'Elu'
      | 'Erf'
      | 'Exp'
      | 'Expm1'
      | 'Floor'
      | 'Log'
      | 'Log1p'
      | 'Neg'
      | 'Reciprocal'
    )
  | ('Relu' | 'Rsqrt' | 'Sigmoid' | 'Sign' | 'Sin' | 'Softplus' | 'Sqrt' | 'Square' | 'Tanh');
export type Binary =
  'Add' | 'Sub' | 'Multiply' | 'RealDiv' | 'Maximum' | 'Minimum' | 'Pow' | 'SquaredDifference';
export type Comparison = 'Equal' | 'NotEqual' | 'Greater' | 'GreaterEqual' | 'Less' | 'LessEqual';
export type Logical = 'LogicalAnd' | 'LogicalOr';
export type Reduction = 'Sum' | 'Mean' | 'Prod' | 'Max' | 'Min';

/** Attributes of each operation. Names and meanings follow tfjs's kernels where those exist. */
export type Attributes = Record<Unary | Binary | Comparison | Logical | 'LogicalNot' | 'Select', null> &
  Record<Reduction, ReductionAttributes> & {
    readonly Input: { readonly name: string; readonly shape: Sizes; readonly dtype: TensorDtype };
    readonly Constant: {
      readonly values: Float32Array | Int32Array;
      readonly shape: readonly number[];
      readonly dtype: TensorDtype;
    };
    /** One value for all elements; 0 or 1 for bool. */
    readonly Fill: { readonly value: Dimension; readonly shape: Sizes; readonly dtype: TensorDtype };
    readonly Cast: { readonly dtype: Dtype };
    readonly Reshape: { readonly shape: Sizes };
    readonly BroadcastTo: { readonly shape: Sizes };
    readonly Transpose: { readonly permutation: readonly number[] };
    readonly Tile: { readonly repeats: Sizes };
    readonly Concat: { readonly axis: number };
    readonly Slice: { readonly begin: Sizes; readonly size: Sizes };
    readonly PadV2: { readonly before: Sizes; readonly after: Sizes; readonly value: number };
    readonly GatherV2: { readonly axis: number };
    /** 1 where x > 0, alpha elsewhere. */
    readonly Step: { readonly alpha: number };
    /** The matrices are the last two dimensions. */
    readonly BatchMatMul: { readonly transposeA: boolean; readonly transposeB: boolean };
    readonly Conv2D: ConvolutionAttributes;
    /** From the gradient and the filter to the gradient of the image, which has this shape. */
    readonly Conv2DBackpropInput: ConvolutionAttributes & { readonly inputShape: Sizes };
    /** From the image and the gradient to the gradient of the filter, which has this shape. */
    readonly Conv2DBackpropFilter: ConvolutionAttributes & { readonly filterShape: readonly number[] };
  };

/** The closed set of operations; everything that compiles a graph has a rule for each. */
export type Operation = keyof Attributes;

/** Rule that infers a node's type at one batch size from its inputs' types. @throws TraceError if they do not fit */
type Inference<K extends Operation> = (
  inputs: readonly ConcreteType[],
  attributes: Attributes[K],
) => ConcreteType;

const numbers = (shape: Sizes): readonly number[] => shape as readonly number[];

const same = ([x]: readonly ConcreteType[]): ConcreteType => x!;

/** Returns the element type that all inputs share. @throws TraceError if they differ */
function oneDtype(inputs: readonly ConcreteType[]): Dtype {
  const { dtype } = inputs[0]!;
  const other = inputs.find((input) => input.dtype !== dtype);
  if (other) throw new TraceError(`got ${dtype} and ${other.dtype}, expected one type`);
  return dtype;
}

function expectDtype({ dtype }: ConcreteType, expected: Dtype): void {
  if (dtype !== expected) throw new TraceError(`got ${dtype}, expected ${expected}`);
}

const binary = (inputs: readonly ConcreteType[]): ConcreteType => {
  if (inputs.length !== 2) throw new TraceError(`got ${inputs.length} inputs, expected 2`);
  return { shape: broadcastShapes(inputs.map(({ shape }) => shape)), dtype: oneDtype(inputs) };
};

const logical = (inputs: readonly ConcreteType[]): ConcreteType => {
  inputs.forEach((input) => expectDtype(input, 'bool'));
  return binary(inputs);
};

const truth = ([x]: readonly ConcreteType[]): ConcreteType => {
  expectDtype(x!, 'bool');
  return x!;
};

/** Returns the element type of a product: single precision for operands of half of it, whose products are added in single precision. */
const productDtype = (operands: readonly ConcreteType[]): Dtype => {
  const dtype = oneDtype(operands);
  return dtype === 'bfloat16' ? 'float32' : dtype;
};

const comparison = (inputs: readonly ConcreteType[]): ConcreteType => ({ ...binary(inputs), dtype: 'bool' });

const reduction = ([x]: readonly ConcreteType[], { axes, keepDims }: ReductionAttributes): ConcreteType => ({
  shape: reducedShape(x!.shape, axes, keepDims),
  dtype: x!.dtype,
});

export const OPERATIONS: { readonly [K in Operation]: Inference<K> } = {
  Input: (_, { shape, dtype }) => ({ shape: numbers(shape), dtype }),
  Constant: (_, { shape, dtype }) => ({ shape, dtype }),
  Fill: (_, { shape, dtype }) => ({ shape: numbers(shape), dtype }),
  ...{
    Abs: same,
    Ceil: same,
    Cos: same,
    Elu: same,
    Erf: same,
    Exp: same,
    Expm1: same,
    Floor: same,
    Log: same,
  },
  ...{
    Log1p: same,
    Neg: same,
    Reciprocal: same,
    Relu: same,
    Rsqrt: same,
    Sigmoid: same,
    Sign: same,
    Sin: same,
  },
  ...{ Softplus: same, Sqrt: same, Square: same, Tanh: same, LogicalNot: truth, Step: same },
  ...{ Add: binary, Sub: binary, Multiply: binary, RealDiv: binary, Maximum: binary, Minimum: binary },
  ...{ Pow: binary, SquaredDifference: binary, LogicalAnd: logical, LogicalOr: logical },
  ...{ Equal: comparison, NotEqual: comparison, Greater: comparison, GreaterEqual: comparison },
  ...{ Less: comparison, LessEqual: comparison },
  ...{ Sum: reduction, Mean: reduction, Prod: reduction, Max: reduction, Min: reduction },
  Select: ([condition, ...branches]) => {
    expectDtype(condition!, 'bool');
    const { shape, dtype } = binary(branches);
    return { shape: broadcastShapes([condition!.shape, shape]), dtype };
  },
  Cast: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  Reshape: ([x], { shape }) => ({ ...x!, shape: reshapedShape(x!.shape, numbers(shape)) }),
  BroadcastTo: ([x], { shape }) => ({ ...x!, shape: broadcastShapes([x!.shape, numbers(shape)]) }),
  Transpose: ([x], { permutation }) => ({ ...x!, shape: permutation.map((axis) => x!.shape[axis]!) }),
  Tile: ([x], { repeats }) => ({ ...x!, shape: x!.shape.map((size, i) => size * numbers(repeats)[i]!) }),
  Concat: (inputs, { axis }) => ({
    shape: concatenatedShape(
      inputs.map(({ shape }) => shape),
      axis,
    ),
    dtype: oneDtype(inputs),
  }),
  Slice: ([x], { begin, size }) => {
    const inside = numbers(size).every((n, i) => n + numbers(begin)[i]! <= x!.shape[i]!);
    if (!inside)
      throw new TraceError(`a slice of [${numbers(size).join(', ')}] does not fit [${x!.shape.join(', ')}]`);
    return { ...x!, shape: numbers(size) };
  },
  PadV2: ([x], { before, after }) => ({
    ...x!,
    shape: paddedShape(x!.shape, numbers(before), numbers(after)),
  }),
  GatherV2: ([x, indices], { axis }) => {
    expectDtype(indices!, 'int32');
    return { ...x!, shape: gatheredShape(x!.shape, indices!.shape, axis) };
  },
  BatchMatMul: ([a, b], { transposeA, transposeB }) => ({
    shape: productShape(a!.shape, b!.shape, transposeA, transposeB),
    dtype: productDtype([a!, b!]),
  }),
  Conv2D: ([x, filter], attributes) => ({
    shape: convolvedShape(x!.shape, filter!.shape, attributes),
    dtype: productDtype([x!, filter!]),
  }),
  Conv2DBackpropInput: (inputs, { inputShape }) => ({
    shape: numbers(inputShape),
    dtype: productDtype(inputs),
  }),
  Conv2DBackpropFilter: (inputs, { filterShape }) => ({ shape: filterShape, dtype: productDtype(inputs) }),
};

/** Applies the rule of an operation known only at run time. @throws TraceError if the inputs do not fit */
export function inferType<K extends Operation>(
  operation: K,
  inputs: readonly ConcreteType[],
  attributes: Attributes[K],
): ConcreteType {
  return OPERATIONS[operation](inputs, attributes);
}
