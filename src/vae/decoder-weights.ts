import type { VaeConfig } from './config';
import { STRIDE, featureMap, likelihoodParameters, transposedLayers } from './layers';
import { parameterShapes } from './parameters';
import type { Parameters } from './parameters';

/** Returns the shapes of the decoder's parameters, theta: all that p(x|z) depends on. */
export function decoderShapes(model: VaeConfig): Parameters<readonly number[]> {
  const shapes = Object.entries(parameterShapes(model));
  return Object.fromEntries(shapes.filter(([name]) => name.startsWith('decoder.')));
}

/** Returns how many numbers the decoder takes to decode one point: its parameters, and the outputs of its layers. */
export function decoderNumbers(model: VaeConfig): number {
  const parameters = Object.values(decoderShapes(model)).map((shape) => shape.reduce((a, b) => a * b));
  return [...parameters, ...model.decoderHidden, ...lastOutputs(model)].reduce((a, b) => a + b);
}

/** Returns the number of outputs of each layer behind the decoder's perceptron. */
function lastOutputs(model: VaeConfig): number[] {
  const { convolution, inputSize } = model;
  const parameters = likelihoodParameters(model);
  if (convolution === null) return [parameters * inputSize];
  const [height, width, filters] = featureMap(convolution);
  const maps = transposedLayers(convolution, parameters).map(
    ({ outputs }, i) => height * width * STRIDE ** (2 * (i + 1)) * outputs,
  );
  return [height * width * filters, ...maps];
}
