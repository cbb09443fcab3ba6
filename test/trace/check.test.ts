import { expect, test } from 'vitest';
import { check } from '../../src/trace/check';
import type { Graph, Node } from '../../src/trace/graph';
import type { Dtype, TensorDtype, Type } from '../../src/trace/types';

const batch = { perBatch: 1, constant: 0 };
const float = (...shape: Type['shape']): Type => ({ shape, dtype: 'float32' });
const typed = (dtype: Dtype, ...shape: Type['shape']): Type => ({ shape, dtype });

const input = (name: string, type: Type): Node => ({
  operation: 'Input',
  inputs: [],
  attributes: { name, shape: type.shape, dtype: type.dtype as TensorDtype },
  type,
});
const node = (operation: string, inputs: number[], attributes: unknown, type: Type): Node =>
  ({ operation, inputs, attributes, type }) as Node;
const graph = (...nodes: Node[]): Graph => ({ nodes, outputs: [{ name: 'y', node: nodes.length - 1 }] });

const x = input('x', float(batch, 3));
const w = input('w', float(3, 2));

test('a legal graph is returned as it is', () => {
  const legal = graph(
    ...[x, w, node('BatchMatMul', [0, 1], { transposeA: false, transposeB: false }, float(batch, 2))],
    node('Reshape', [2], { shape: [{ perBatch: 2, constant: 0 }] }, float({ perBatch: 2, constant: 0 })),
  );
  expect(check(legal)).toBe(legal);
});

const plain = { transposeA: false, transposeB: false };
const convolution = { strides: [1, 1], padding: [0, 0, 0, 0] };
const truth = input('truth', typed('bool', batch, 3));
const whole = input('whole', typed('int32', 2));

// prettier-ignore
const illegalGraphs: readonly [what: string, Graph, message: RegExp][] = [
  ['a wrong shape', graph(x, node('Exp', [0], null, float(batch, 4))), /%1 \(Exp\).*\[5, 4\].*expected float32\[5, 3\]/],
  ['a shape that is right at one batch size only', graph(x, node('Exp', [0], null, float(5, 3))), /%1 \(Exp\).*at batch size 17/],
  ['a wrong element type', graph(x, node('Less', [0, 0], null, float(batch, 3))), /%1 \(Less\).*expected bool/],
  ['an input of itself', graph(x, node('Exp', [1], null, x.type)), /%1 \(Exp\).*%1 is not before it/],
  ['an input after its user', graph(node('Exp', [1], null, x.type), x), /%0 \(Exp\).*%1 is not before it/],
  ['an input that is not there', graph(x, node('Add', [0, -1], null, x.type)), /%1 \(Add\).*%-1 is not before it/],
  ['shapes that do not broadcast', graph(x, w, node('Add', [0, 1], null, x.type)), /%2 \(Add\).*do not broadcast/],
  ['shapes that broadcast at one batch size only', graph(x, input('v', float(5, 3)), node('Add', [0, 1], null, x.type)), /%2 \(Add\).*do not broadcast/],
  ['two element types', graph(x, truth, node('Add', [0, 1], null, x.type)), /%2 \(Add\).*float32 and bool/],
  ['matrices that do not fit', graph(x, w, node('BatchMatMul', [1, 0], plain, float(3, 3))), /%2 \(BatchMatMul\).*multiplied/],
  ['a reshape to another size', graph(x, node('Reshape', [0], { shape: [batch, 4] }, float(batch, 4))), /%1 \(Reshape\).*reshaped/],
  ['a slice beyond the end', graph(x, node('Slice', [0], { begin: [0, 2], size: [batch, 2] }, float(batch, 2))), /%1 \(Slice\).*does not fit/],
  ['parts that cannot be joined', graph(x, w, node('Concat', [0, 1], { axis: 0 }, float(batch, 3))), /%2 \(Concat\).*joined/],
  ['parts of two element types', graph(x, truth, node('Concat', [0, 1], { axis: 0 }, float({ perBatch: 2, constant: 0 }, 3))), /%2 \(Concat\).*one type/],
  ['a condition that is a number', graph(x, node('Select', [0, 0, 0], null, x.type)), /%1 \(Select\).*expected bool/],
  ['branches of two types', graph(x, truth, node('Select', [1, 0, 1], null, x.type)), /%2 \(Select\).*one type/],
  ['logic on numbers', graph(x, node('LogicalOr', [0, 0], null, x.type)), /%1 \(LogicalOr\).*expected bool/],
  ['rows by broken numbers', graph(x, node('GatherV2', [0, 0], { axis: 0 }, float(batch, 3, 3))), /%1 \(GatherV2\).*expected int32/],
  ['rows of another shape', graph(w, whole, node('GatherV2', [0, 1], { axis: 0 }, float(3, 2))), /%2 \(GatherV2\).*expected float32\[2, 2\]/],
  ['channels that do not fit', graph(input('i', float(batch, 4, 4, 2)), input('f', float(2, 2, 3, 1)), node('Conv2D', [0, 1], convolution, float(batch, 3, 3, 1))), /%2 \(Conv2D\).*2 channels/],
  ['too few inputs', graph(x, node('Add', [0], null, x.type)), /%1 \(Add\).*1 inputs, expected 2/],
  ['no input', graph(node('Exp', [], null, x.type)), /%0 \(Exp\)/],
  ['a missing output', { nodes: [x], outputs: [{ name: 'y', node: 1 }] }, /output y is not a node/],
  ['two inputs of one name', graph(x, input('x', float(2))), /two inputs are called x/],
];

test.each(illegalGraphs)('refused: %s', (_, illegal, message) => {
  expect(() => check(illegal)).toThrow(message);
  expect(() => check(illegal)).toThrow(expect.objectContaining({ name: 'TraceError' }) as Error);
});
