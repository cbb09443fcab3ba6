import type { OnnxGraph, OnnxModel, OnnxNode, OnnxValue } from '../../../src/engine/onnx/model';
import { onnxTensor } from '../../../src/engine/onnx/tensor';
import type { ElementType } from '../../../src/engine/onnx/tensor';

export const value = (name: string, type: ElementType, dims: readonly (number | string)[]): OnnxValue => ({
  name,
  type,
  dims,
});

export const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ operator, inputs, outputs: [output], attributes });

/**
 * For `steps` steps: w <- 0.9 w, and the row of `bytes` that `order` names for the step, as a float, is a scan output.
 * `bytes` and `order` are values of the outer graph, which the body only sees.
 */
export function decay(rows: number | string, columns: number): OnnxModel {
  const body: OnnxGraph = {
    name: 'step',
    inputs: [value('i', 'int64', []), value('go', 'bool', []), value('w', 'float32', [2])],
    outputs: [
      value('goOn', 'bool', []),
      value('next', 'float32', [2]),
      value('seen', 'float32', [2]),
      value('row', 'float32', [columns]),
    ],
    nodes: [
      node('Identity', ['go'], 'goOn'),
      node('Mul', ['w', 'factor'], 'next'),
      node('Identity', ['next'], 'seen'),
      node('Gather', ['order', 'i'], 'index', { axis: { int: 0 } }),
      node('Gather', ['bytes', 'index'], 'picked', { axis: { int: 0 } }),
      node('Cast', ['picked'], 'row', { to: { int: 1 } }),
    ],
    initializers: { factor: onnxTensor('float32', [], [0.9]) },
  };
  return {
    graph: {
      name: 'decay',
      inputs: [
        value('steps', 'int64', []),
        value('w0', 'float32', [2]),
        value('bytes', 'uint8', [rows, columns]),
        value('order', 'int64', ['steps']),
      ],
      outputs: [
        value('w1', 'float32', [2]),
        value('trace', 'float32', ['steps', 2]),
        value('rows', 'float32', ['steps', columns]),
      ],
      nodes: [
        {
          operator: 'Loop',
          name: 'loop',
          inputs: ['steps', '', 'w0'],
          outputs: ['w1', 'trace', 'rows'],
          attributes: { body: { graph: body } },
        },
      ],
    },
    metadata: { run: 'a run' },
  };
}
