import { backend_util, registerKernel, slice_util, upcastType, util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import * as names from '@tensorflow/tfjs-core/dist/kernel_names';
import type { Binary, Comparison, ConvolutionAttributes, Logical, Reduction, Unary } from './operations';
import { BACKEND, alias, caller, emit } from './record';
import { TraceError } from './types';
import type { TensorDtype } from './types';

type Inputs = Readonly<Record<string, TensorInfo>>;
/**
 * Kernel attributes as tfjs passes them. Each kernel has some of these; tfjs-core's kernel_names says which, and which may be
 * missing.
 */
interface KernelAttributes {
  readonly axis: number;
  readonly reductionIndices: number;
  readonly dim: number;
  readonly batchDims: number;
  readonly keepDims: boolean;
  readonly alpha: number;
  readonly value: number;
  readonly constantValue: number;
  readonly clipValueMin: number;
  readonly clipValueMax: number;
  readonly dtype: TensorDtype;
  readonly shape: number[];
  readonly perm: readonly number[];
  readonly reps: readonly number[];
  readonly begin: number[];
  readonly size: number[];
  readonly numOrSizeSplits: number | number[];
  readonly paddings: readonly (readonly [before: number, after: number])[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
  readonly strides: [number, number];
  readonly dilations?: [number, number];
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly inputShape: readonly number[];
  readonly filterShape: readonly number[];
}
type Rule = (inputs: Inputs, attributes: KernelAttributes) => TensorInfo | TensorInfo[];

const fill = (like: TensorInfo, value: number): TensorInfo =>
  emit('Fill', [], { value, shape: like.shape, dtype: like.dtype as TensorDtype });

const scalar = (value: number, dtype: DataType = 'float32'): TensorInfo =>
  emit('Fill', [], { value, shape: [], dtype: dtype as TensorDtype });

const cast = (x: TensorInfo, dtype: DataType): TensorInfo =>
  x.dtype === dtype ? x : emit('Cast', [x], { dtype: dtype as TensorDtype });

const reshape = (x: TensorInfo, shape: readonly number[]): TensorInfo => emit('Reshape', [x], { shape });

const unary =
  (operation: Unary): Rule =>
  ({ x }) =>
    emit(operation, [x!], null);

const binary =
  (operation: Binary | Comparison | Logical): Rule =>
  ({ a, b }) =>
    emit(operation, [a!, b!], null);

const reduction =
  (operation: Reduction): Rule =>
  ({ x }, { axis, reductionIndices, keepDims }) => {
    const axes = util.parseAxisParam(axis ?? reductionIndices, x!.shape);
    // A sum of booleans counts the true ones; a mean may be fractional.
    const counted = operation === 'Sum' && x!.dtype === 'bool' ? cast(x!, 'int32') : x!;
    const summed = operation === 'Mean' ? cast(x!, 'float32') : counted;
    return emit(operation, [summed], { axes, keepDims: Boolean(keepDims) });
  };

const pieces = (x: TensorInfo, axis: number, sizes: readonly number[]): TensorInfo[] => {
  let start = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    start += size;
    return emit('Slice', [x], { begin, size: x.shape.map((full, i) => (i === axis ? size : full)) });
  });
};

const softmax = (x: TensorInfo, axis: number): { shifted: TensorInfo; total: TensorInfo } => {
  const along = { axes: [axis], keepDims: true };
  const shifted = emit('Sub', [x, emit('Max', [x], along)], null);
  return { shifted, total: emit('Sum', [emit('Exp', [shifted], null)], along) };
};

function convolution(
  image: readonly number[],
  filter: readonly number[],
  attributes: KernelAttributes,
): ConvolutionAttributes {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = attributes;
  const info = backend_util.computeConv2DInfo(
    image as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
  if (dataFormat !== 'NHWC' || info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new TraceError(
      `a convolution of format ${dataFormat} or with dilation cannot be traced: ${caller()}`,
    );
  }
  const { top, bottom, left, right } = info.padInfo;
  return { strides: [info.strideHeight, info.strideWidth], padding: [top, bottom, left, right] };
}

const activations: Readonly<Record<string, (x: TensorInfo) => TensorInfo>> = {
  linear: (x) => x,
  relu: (x) => emit('Relu', [x], null),
  elu: (x) => emit('Elu', [x], null),
  sigmoid: (x) => emit('Sigmoid', [x], null),
};

/** Rule that records each tfjs kernel, some as several operations. Any other kernel is rejected by name. */
const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    (
      [
        ...[
          'Abs',
          'Ceil',
          'Cos',
          'Elu',
          'Erf',
          'Exp',
          'Expm1',
          'Floor',
          'Log',
          'Log1p',
          'Neg',
          'Reciprocal',
          'Relu',
        ],
        ...['Rsqrt', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Sqrt', 'Square', 'Tanh'],
      ] as Unary[]
    ).map((name) => [name, unary(name)]),
  ),
  ...Object.fromEntries(
    (
      [
        ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'],
        ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'],
      ] as (Binary | Comparison | Logical)[]
    ).map((name) => [name, binary(name)]),
  ),
  ...Object.fromEntries(
    (['Sum', 'Mean', 'Prod', 'Max', 'Min'] as const).map((name) => [name, reduction(name)]),
  ),
  AddN: (inputs) => Object.values(inputs).reduce((sum, x) => emit('Add', [sum, x], null)),
  Identity: ({ x }) => alias(x!),
  LogicalNot: ({ x }) => emit('LogicalNot', [x!], null),
  Step: ({ x }, { alpha }) => emit('Step', [x!], { alpha }),
  Select: ({ condition, t, e }) => {
    const dtype = upcastType(t!.dtype, e!.dtype);
    return emit('Select', [condition!, cast(t!, dtype), cast(e!, dtype)], null);
  },
  Cast: ({ x }, { dtype }) => emit('Cast', [x!], { dtype }),
  Reshape: ({ x }, { shape }) =>
    reshape(x!, util.inferFromImplicitShape(shape, util.sizeFromShape(x!.shape))),
  ExpandDims: ({ input }, { dim }) => {
    const place = dim < 0 ? input!.shape.length + 1 + dim : dim;
    return reshape(input!, [...input!.shape.slice(0, place), 1, ...input!.shape.slice(place)]);
  },
  BroadcastTo: ({ x }, { shape }) => emit('BroadcastTo', [x!], { shape }),
  Transpose: ({ x }, { perm }) => emit('Transpose', [x!], { permutation: perm }),
  Tile: ({ x }, { reps }) => emit('Tile', [x!], { repeats: reps }),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    return emit('Concat', parts, { axis: util.parseAxisParam(axis, parts[0]!.shape)[0]! });
  },
  Pack: (inputs, { axis }) => {
    const shape = inputs['0']!.shape;
    const place = axis < 0 ? shape.length + 1 + axis : axis;
    const single = [...shape.slice(0, place), 1, ...shape.slice(place)];
    return emit(
      'Concat',
      Object.values(inputs).map((x) => reshape(x, single)),
      { axis: place },
    );
  },
  Unpack: ({ value }, { axis }) => {
    const place = axis < 0 ? value!.shape.length + axis : axis;
    const count = value!.shape[place]!;
    const rest = value!.shape.filter((_, i) => i !== place);
    return pieces(value!, place, Array<number>(count).fill(1)).map((piece) => reshape(piece, rest));
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const place = util.parseAxisParam(axis, x!.shape)[0]!;
    return pieces(x!, place, backend_util.prepareSplitSize(x as never, numOrSizeSplits, place));
  },
  Slice: ({ x }, { begin, size }) => {
    const [from, extent] = slice_util.parseSliceParams(x!, begin, size);
    return emit('Slice', [x!], { begin: from!, size: extent! });
  },
  PadV2: ({ x }, { paddings, constantValue }) =>
    emit('PadV2', [x!], {
      before: paddings.map(([before]) => before),
      after: paddings.map(([, after]) => after),
      value: constantValue,
    }),
  GatherV2: ({ x, indices }, { axis, batchDims }) => {
    if (batchDims) throw new TraceError(`GatherV2 with batchDims cannot be traced: ${caller()}`);
    return emit('GatherV2', [x!, indices!], { axis: util.parseAxisParam(axis, x!.shape)[0]! });
  },
  Fill: (_, { shape, value, dtype }) => emit('Fill', [], { value, shape, dtype: dtype ?? 'float32' }),
  ZerosLike: ({ x }) => fill(x!, 0),
  OnesLike: ({ x }) => fill(x!, 1),
  ClipByValue: ({ x }, { clipValueMin, clipValueMax }) =>
    emit(
      'Minimum',
      [emit('Maximum', [x!, scalar(clipValueMin, x!.dtype)], null), scalar(clipValueMax, x!.dtype)],
      null,
    ),
  LeakyRelu: ({ x }, { alpha }) => emit('Multiply', [x!, emit('Step', [x!], { alpha })], null),
  EluGrad: ({ dy, y }) => {
    const slope = emit('Add', [y!, scalar(1)], null);
    const positive = emit('GreaterEqual', [y!, scalar(0)], null);
    return emit('Select', [positive, dy!, emit('Multiply', [dy!, slope], null)], null);
  },
  Softmax: ({ logits }, { dim }) => {
    const { shifted, total } = softmax(logits!, dim < 0 ? logits!.shape.length + dim : dim);
    return emit('RealDiv', [emit('Exp', [shifted], null), total], null);
  },
  LogSoftmax: ({ logits }, { axis }) => {
    const { shifted, total } = softmax(logits!, axis < 0 ? logits!.shape.length + axis : axis);
    return emit('Sub', [shifted, emit('Log', [total], null)], null);
  },
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) =>
    emit('BatchMatMul', [a!, b!], { transposeA: Boolean(transposeA), transposeB: Boolean(transposeB) }),
  _FusedMatMul: ({ a, b, bias }, { transposeA, transposeB, activation }) => {
    const activate = activations[activation ?? 'linear'];
    if (!activate) throw new TraceError(`a fused ${activation} cannot be traced: ${caller()}`);
    const product = emit('BatchMatMul', [a!, b!], {
      transposeA: Boolean(transposeA),
      transposeB: Boolean(transposeB),
    });
    return activate(bias ? emit('Add', [product, bias], null) : product);
  },
  Conv2D: ({ x, filter }, attributes) =>
    emit('Conv2D', [x!, filter!], convolution(x!.shape, filter!.shape, attributes)),
  Conv2DBackpropInput: ({ dy, filter }, attributes) =>
    emit('Conv2DBackpropInput', [dy!, filter!], {
      ...convolution(attributes.inputShape, filter!.shape, attributes),
      inputShape: attributes.inputShape,
    }),
  Conv2DBackpropFilter: ({ x, dy }, attributes) =>
    emit('Conv2DBackpropFilter', [x!, dy!], {
      ...convolution(x!.shape, attributes.filterShape, attributes),
      filterShape: attributes.filterShape,
    }),
};

let registered = false;

/** Registers the rules with tfjs, once; kernels without a rule get one that throws a TraceError. */
export function registerRules(): void {
  if (registered) return;
  registered = true;
  const known = Object.values(names as Readonly<Record<string, unknown>>).filter(
    (name): name is string => typeof name === 'string',
  );
  for (const kernelName of new Set([...known, ...Object.keys(RULES)])) {
    const rule = RULES[kernelName];
    registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        if (!rule) throw new TraceError(`tfjs' kernel ${kernelName} cannot be traced, called ${caller()}`);
        return rule(inputs as Inputs, (attrs ?? {}) as unknown as KernelAttributes);
      },
    });
  }
}
