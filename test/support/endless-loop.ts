import type { OnnxNode } from '../../src/engine/onnx/model';
import { onnxTensor } from '../../src/engine/onnx/tensor';
import { node, value } from '../engine/onnx/support';

/** A node of an ONNX graph that never ends: it negates `x` for ever. The graph needs `GO` among its initializers. */
export function endlessLoop(output: string, shape: readonly (number | string)[]): OnnxNode {
  return {
    operator: 'Loop',
    inputs: ['', 'go', 'x'],
    outputs: [output],
    attributes: {
      body: {
        graph: {
          name: 'body',
          inputs: [value('i', 'int64', []), value('on', 'bool', []), value('v', 'float32', shape)],
          outputs: [value('still', 'bool', []), value('next', 'float32', shape)],
          nodes: [node('Identity', ['on'], 'still'), node('Neg', ['v'], 'next')],
        },
      },
    },
  };
}

export const GO = { go: onnxTensor('bool', [], [1]) };
