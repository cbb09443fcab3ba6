/** Files that must not reach the runtime. */
import { describe, expect, test } from 'vitest';
import { ProtobufMessage } from '../../../../src/engine/protobuf';
import { serialiseModel } from '../../../../src/engine/onnx/encode';
import type { OnnxModel } from '../../../../src/engine/onnx/model';
import { readModelFile } from '../../../../src/engine/onnx/opened/model-file';
import { onnxTensor } from '../../../../src/engine/onnx/tensor';
import { RandomStream } from '../../../../src/random/stream';
import { decay, node, value } from '../support';
import { modelFiles } from './files';

/** A model whose graph has one more field. */
const withGraphField = (add: (graph: ProtobufMessage) => ProtobufMessage): Uint8Array =>
  new ProtobufMessage().message(7, add(new ProtobufMessage())).encode();
const tensor = (add: (message: ProtobufMessage) => ProtobufMessage): Uint8Array =>
  withGraphField((graph) => graph.message(5, add(new ProtobufMessage().string(8, 'w').varint(2, 1))));

const small: OnnxModel = {
  graph: {
    name: 'small',
    inputs: [value('x', 'float32', ['batch', 1, 8, 8])],
    outputs: [value('y', 'float32', ['batch', 1, 8, 8])],
    nodes: [node('Mul', ['x', 'factor'], 'y')],
    initializers: { factor: onnxTensor('float32', [], [0.25]) },
  },
  metadata: { width: '8' },
};

describe('a model file', () => {
  test('is read as it was written: inputs, outputs, operators, constants, metadata', () => {
    const { graph, metadata } = readModelFile(serialiseModel(small));
    expect(graph.inputs).toEqual([{ name: 'x', elementType: 1, dims: [null, 1, 8, 8] }]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(graph.nodes).toEqual([{ operator: 'Mul', inputs: ['x', 'factor'], outputs: ['y'] }]);
    expect([...graph.scalars]).toEqual([['factor', 0.25]]);
    expect(metadata.get('width')).toBe('8');
  });

  test('may have graphs within graphs', () => {
    expect(readModelFile(serialiseModel(decay(3, 2))).graph.nodes[0]!.operator).toBe('Loop');
  });

  const external = (message: ProtobufMessage): ProtobufMessage =>
    message
      .packedVarints(1, [2])
      .varint(14, 1)
      .message(13, new ProtobufMessage().string(1, 'location').string(2, '../../etc/passwd'));
  const inLoop = (): Uint8Array => {
    const body = new ProtobufMessage().message(5, external(new ProtobufMessage().string(8, 'w')));
    const attribute = new ProtobufMessage().string(1, 'body').message(6, body);
    return withGraphField((graph) =>
      graph.message(1, new ProtobufMessage().string(4, 'Loop').message(5, attribute)),
    );
  };
  const nested = (depth: number): ProtobufMessage =>
    depth === 0
      ? new ProtobufMessage()
      : new ProtobufMessage().message(
          1,
          new ProtobufMessage().message(5, new ProtobufMessage().message(6, nested(depth - 1))),
        );

  /** Protocol buffers merge a message that is there twice: what is only in the first reaches the runtime, too. */
  const twoValues = (field: number, value: ProtobufMessage): Uint8Array =>
    withGraphField((graph) =>
      graph.message(
        1,
        new ProtobufMessage()
          .string(4, 'Constant')
          .message(5, new ProtobufMessage().message(field, value).message(field, value)),
      ),
    );
  const one = (): ProtobufMessage =>
    new ProtobufMessage().varint(2, 1).packedVarints(1, [1]).packedFloats(4, [1]);

  test.each([
    [
      'two graphs, the second of which is harmless',
      new ProtobufMessage()
        .message(7, new ProtobufMessage().message(5, external(new ProtobufMessage().string(8, 'w'))))
        .message(7, new ProtobufMessage())
        .encode(),
      'a graph twice',
    ],
    ['an attribute of two constants', twoValues(5, one()), 'a value of an attribute twice'],
    ['an attribute of two graphs', twoValues(6, new ProtobufMessage()), 'a value of an attribute twice'],
    ['weights in another file', tensor(external), 'its weights lie in another file'],
    ['weights in another file, within a loop', inLoop(), 'its weights lie in another file'],
    [
      'an operator of another domain',
      withGraphField((graph) =>
        graph.message(1, new ProtobufMessage().string(4, 'Exec').string(7, 'com.example')),
      ),
      "the operator 'Exec' of 'com.example'",
    ],
    [
      'a constant that is larger than its bytes',
      tensor((t) => t.packedVarints(1, [1e4, 1e4]).bytes(9, new Uint8Array(4))),
      'says that it has 100000000 numbers',
    ],
    [
      'a constant of more numbers than a machine has',
      tensor((t) => t.packedVarints(1, [2 ** 40, 2 ** 40])),
      'expected at most',
    ],
    ['a constant of a negative size', tensor((t) => t.packedVarints(1, [-1])), 'expected 0 or more'],
    [
      'a constant without its numbers',
      tensor((t) => t.packedVarints(1, [1000])),
      'says that it has 1000 numbers',
    ],
    ['sparse constants', withGraphField((graph) => graph.message(15, new ProtobufMessage())), 'sparse'],
    [
      'operators of its own',
      new ProtobufMessage().message(7, new ProtobufMessage()).message(25, new ProtobufMessage()).encode(),
      'operators of its own',
    ],
    ['a training graph', new ProtobufMessage().message(20, new ProtobufMessage()).encode(), 'training graph'],
    ['graphs nested too deep', new ProtobufMessage().message(7, nested(20)).encode(), 'nested more than'],
    [
      'a name as long as a book',
      withGraphField((graph) => graph.message(1, new ProtobufMessage().string(4, 'x'.repeat(5000)))),
      'a name of 5000 characters',
    ],
    ['no graph', new ProtobufMessage().varint(1, 8).encode(), 'it has no graph'],
    ['nothing', new Uint8Array(0), 'it has no graph'],
    ['text', new TextEncoder().encode('{"not": "a model"}'), 'not an ONNX model'],
    [
      'a field longer than the file',
      Uint8Array.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      'where 0 are left',
    ],
    ['a number without an end', new Uint8Array(20).fill(0xff), 'a number of more than 10 bytes'],
  ])('with %s is refused', (_, bytes, why) => {
    expect(() => readModelFile(bytes)).toThrow(why);
    expect(() => readModelFile(bytes)).toThrow(/\.$/);
  });

  test('cut at any byte, or with any byte changed, is read or refused and never anything else', async () => {
    const { encoder } = await modelFiles('map');
    const random = new RandomStream(3, 'digits').uniforms(0, 2 * encoder.length);
    for (let i = 0; i < encoder.length; i++) {
      const changed = encoder.slice();
      changed[Math.floor(random[2 * i]! * changed.length)] = Math.floor(random[2 * i + 1]! * 256);
      for (const bytes of [encoder.subarray(0, i), changed]) {
        try {
          readModelFile(bytes);
        } catch (error) {
          expect((error as Error).name).toBe('ModelFileError');
        }
      }
    }
  });
});
