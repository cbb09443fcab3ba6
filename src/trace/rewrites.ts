import { sameShape } from './dimension';
import type { Node, NodeOf } from './graph';
import type { Operation, Reduction } from './operations';
import type { Dimension, TensorDtype, Type } from './types';

/** A node's replacement: the number of an existing node, a new node, or null to keep the node. */
export type Rewritten = number | Node | null;
/** Lookup of an input, which is already simplified. */
export type InputLookup = (number: number) => Node;
type Rewrite<K extends Operation> = (node: NodeOf<K>, lookup: InputLookup) => Rewritten;

/** Graphs are simplified as they are traced: there is no bfloat16 in them yet. */
const fill = (value: Dimension, { shape, dtype }: Type): Node => ({
  operation: 'Fill',
  inputs: [],
  attributes: { value, shape, dtype: dtype as TensorDtype },
  type: { shape, dtype },
});

const all = (shape: readonly Dimension[], value: number): boolean => shape.every((size) => size === value);

/** Rewrites operations that only rearrange elements: drops those that change nothing, and keeps a `Fill` a `Fill`. */
const moved =
  <K extends Operation>(isIdentity: (node: NodeOf<K>, from: Type) => boolean): Rewrite<K> =>
  (node, lookup) => {
    const x = lookup(node.inputs[0]!);
    if (isIdentity(node, x.type)) return node.inputs[0]!;
    return x.operation === 'Fill' ? fill(x.attributes.value, node.type) : null;
  };

const reduced: Rewrite<Reduction> = (node, lookup) => {
  const { type } = lookup(node.inputs[0]!);
  const { axes } = node.attributes;
  if (
    !all(
      axes.map((axis) => type.shape[axis]!),
      1,
    )
  )
    return null;
  return {
    operation: 'Reshape',
    inputs: node.inputs,
    attributes: { shape: node.type.shape },
    type: node.type,
  };
};

type Arithmetic = 'Add' | 'Sub' | 'Multiply' | 'RealDiv' | 'Maximum' | 'Minimum';
const ARITHMETIC: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
};
/** Right operands for which `x o right` is x. */
const NEUTRAL: Readonly<Partial<Record<Arithmetic, number>>> = { Add: 0, Sub: 0, Multiply: 1, RealDiv: 1 };

const arithmetic: Rewrite<Arithmetic> = (node, lookup) => {
  const [a, b] = node.inputs.map(lookup) as [Node, Node];
  const constant = (of: Node): number | null =>
    of.operation === 'Fill' && typeof of.attributes.value === 'number' ? of.attributes.value : null;
  const [left, right] = [constant(a), constant(b)];
  // Folded in single precision, as an engine would compute it. Not for integers, whose division tfjs defines differently.
  if (left !== null && right !== null && node.type.dtype === 'float32') {
    return fill(Math.fround(ARITHMETIC[node.operation](Math.fround(left), Math.fround(right))), node.type);
  }
  const neutral = NEUTRAL[node.operation];
  if (right === neutral && neutral !== undefined && sameShape(a.type.shape, node.type.shape))
    return node.inputs[0]!;
  const commutes = node.operation === 'Add' || node.operation === 'Multiply';
  if (commutes && left === neutral && sameShape(b.type.shape, node.type.shape)) return node.inputs[1]!;
  if (node.operation === 'Add' && b.operation === 'Neg') {
    return { ...node, operation: 'Sub', inputs: [node.inputs[0]!, b.inputs[0]!] };
  }
  return null;
};

/** Rewrite rule of each operation that can be simplified by itself; all others stay as they are. */
export const REWRITES: { readonly [K in Operation]?: (node: NodeOf<K>, lookup: InputLookup) => Rewritten } = {
  Cast: (node, lookup) => {
    const x = lookup(node.inputs[0]!);
    if (x.type.dtype === node.type.dtype) return node.inputs[0]!;
    const widens = x.type.dtype === 'bool' || (x.type.dtype === 'int32' && node.type.dtype === 'float32');
    return x.operation === 'Fill' && widens ? fill(x.attributes.value, node.type) : null;
  },
  Reshape: (node, lookup) => {
    const x = lookup(node.inputs[0]!);
    if (x.operation === 'Reshape') return { ...node, inputs: x.inputs };
    return moved<'Reshape'>((_, from) => sameShape(from.shape, node.type.shape))(node, lookup);
  },
  BroadcastTo: moved((node, from) => sameShape(from.shape, node.type.shape)),
  Tile: moved(({ attributes }) => all(attributes.repeats, 1)),
  Transpose: moved(({ attributes }) => attributes.permutation.every((axis, i) => axis === i)),
  Slice: moved((node, from) => sameShape(from.shape, node.type.shape)),
  PadV2: (node) => (all([...node.attributes.before, ...node.attributes.after], 0) ? node.inputs[0]! : null),
  Concat: (node) => (node.inputs.length === 1 ? node.inputs[0]! : null),
  Neg: (node, lookup) => {
    const x = lookup(node.inputs[0]!);
    if (x.operation === 'Neg') return x.inputs[0]!;
    return x.operation === 'Fill' && typeof x.attributes.value === 'number'
      ? fill(-x.attributes.value, node.type)
      : null;
  },
  ...{ Sum: reduced, Mean: reduced, Prod: reduced, Max: reduced, Min: reduced },
  ...{ Add: arithmetic, Sub: arithmetic, Multiply: arithmetic, RealDiv: arithmetic },
  ...{ Maximum: arithmetic, Minimum: arithmetic },
};

/** Operations that broadcast, so that a uniform operand can be a scalar. */
const BROADCASTING: ReadonlySet<Operation> = new Set<Operation>([
  ...([
    'Add',
    'Sub',
    'Multiply',
    'RealDiv',
    'Maximum',
    'Minimum',
    'Pow',
    'SquaredDifference',
    'Select',
  ] as const),
  ...([
    'Equal',
    'NotEqual',
    'Greater',
    'GreaterEqual',
    'Less',
    'LessEqual',
    'LogicalAnd',
    'LogicalOr',
  ] as const),
]);

/** Returns which inputs of a broadcasting operation can be scalars, because another input has the result's shape. */
export function scalarInputs(node: Node, lookup: InputLookup): readonly number[] {
  if (!BROADCASTING.has(node.operation)) return [];
  const inputs = node.inputs.map(lookup);
  const isFill = ({ operation }: Node): boolean => operation === 'Fill';
  const whole = inputs.some((x) => !isFill(x) && sameShape(x.type.shape, node.type.shape));
  return whole ? inputs.flatMap((x, i) => (isFill(x) && x.type.shape.length > 0 ? [i] : [])) : [];
}

export function scalarOf(node: NodeOf<'Fill'>): Node {
  return fill(node.attributes.value, { shape: [], dtype: node.type.dtype });
}
