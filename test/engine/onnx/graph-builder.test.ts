import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/engine/onnx/graph-builder';
import { onnxTensor } from '../../../src/engine/onnx/tensor';

const built = (builder: GraphBuilder) => builder.build({ name: 'g', inputs: [], outputs: [] });

test('the same node is not there twice, and neither is a small constant', () => {
  const builder = new GraphBuilder('');
  const twice = [0, 1].map(() => builder.add('Add', ['x', builder.number(2)]));
  expect(twice[0]).toBe(twice[1]);
  expect(built(builder).nodes).toHaveLength(1);
  expect(Object.keys(built(builder).initializers!)).toHaveLength(1);
});

test('other inputs, attributes, types or values make another one', () => {
  const builder = new GraphBuilder('');
  const names = [
    builder.add('Concat', ['x', 'y'], { axis: { int: 0 } }),
    builder.add('Concat', ['x', 'y'], { axis: { int: 1 } }),
    builder.add('Concat', ['y', 'x'], { axis: { int: 0 } }),
    builder.number(0),
    builder.number(-0),
    builder.number(NaN),
    builder.number(Infinity),
    builder.integers([0]),
    builder.constant(onnxTensor('int32', [1], [0])),
    builder.constant(onnxTensor('int32', [1, 1], [0])),
  ];
  expect(new Set(names).size).toBe(names.length);
});

test('a node with a name of its own is there under that name', () => {
  const builder = new GraphBuilder('');
  const own = builder.add('Neg', ['x']);
  expect(builder.add('Neg', ['x'], {}, 'result')).toBe('result');
  expect(own).not.toBe('result');
  expect(built(builder).nodes).toHaveLength(2);
});
