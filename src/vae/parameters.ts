import type { Initialisation, VaeConfig } from './config';
import { layers } from './layers';

/** A value for each parameter (theta of the decoder and phi of the encoder), by name, in a fixed order. */
export type Parameters<T> = Readonly<Record<string, T>>;

export const weightOf = (layer: string): string => `${layer}.weight`;
export const biasOf = (layer: string): string => `${layer}.bias`;

/** Returns the shapes of all parameters. */
export function parameterShapes(model: VaeConfig): Parameters<readonly number[]> {
  return Object.fromEntries(
    layers(model).flatMap(({ name, weight, outputs }) => [
      [weightOf(name), weight],
      [biasOf(name), [outputs]],
    ]),
  );
}

/**
 * Draws initial values of all parameters.
 * @param normals returns `count` draws from N(0, 1); each `block` is an independent sequence
 */
export function initialiseParameters(
  model: VaeConfig,
  initialisation: Initialisation,
  normals: (block: number, count: number) => Float32Array,
): Parameters<Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  layers(model).forEach(({ name, weight, outputs, fanIn, fanOut }, i) => {
    const draw = (block: number, count: number, deviation: number): Float32Array =>
      normals(block, count).map((value) => value * deviation);
    const size = weight.reduce((a, b) => a * b);
    if (initialisation.kind === 'normal') {
      parameters[weightOf(name)] = draw(2 * i, size, initialisation.standardDeviation);
      parameters[biasOf(name)] = draw(2 * i + 1, outputs, initialisation.standardDeviation);
    } else {
      // Glorot & Bengio 2010, normal variant.
      parameters[weightOf(name)] = draw(2 * i, size, Math.sqrt(2 / (fanIn + fanOut)));
      parameters[biasOf(name)] = new Float32Array(outputs);
    }
  });
  return parameters;
}
