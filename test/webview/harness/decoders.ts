import type { DecoderTooLarge, DecoderWeights } from '../../../src/protocol/engine';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';
import type { Handlers } from '../../../src/protocol/rpc';
import type { VaeConfig } from '../../../src/vae/config';
import { decoderShapes } from '../../../src/vae/decoder-weights';
import { parameterShapes } from '../../../src/vae/parameters';
import type { Parameters } from '../../../src/vae/parameters';
import { wobble } from './shapes';

const LATENT = 20;

interface ExampleDecoder {
  readonly model: VaeConfig;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const perceptron = (
  [width, height, channels]: readonly [number, number, 1 | 3],
  change: Partial<VaeConfig>,
): ExampleDecoder => {
  const inputSize = width * height * channels;
  const model: VaeConfig = {
    ...{ inputSize, convolution: null, latent: LATENT, activation: 'tanh', likelihood: 'bernoulli' },
    ...{ encoderHidden: [8], decoderHidden: [500] },
    ...change,
  };
  return { model, width, height, channels };
};

const convolutional = (
  [width, height, channels]: readonly [number, number, 1 | 3],
  filters: readonly number[],
  change: Partial<VaeConfig>,
): ExampleDecoder => {
  const convolution = { width, height, channels, filters, kernel: 4 };
  return perceptron([width, height, channels], { convolution, decoderHidden: [32], ...change });
};

/** Models by the scenario that has them; each activation and likelihood occurs. */
export const DECODERS: Readonly<Record<string, ExampleDecoder>> = {
  decoder: perceptron([28, 28, 1], {}),
  'decoder-colour': perceptron([10, 12, 3], {
    ...{ decoderHidden: [64, 48], activation: 'relu', likelihood: 'gaussian' },
  }),
  'decoder-continuous': perceptron([9, 7, 1], { activation: 'gelu', likelihood: 'continuous-bernoulli' }),
  'decoder-conv': convolutional([24, 16, 1], [8, 12], { activation: 'relu' }),
  'decoder-conv-colour': convolutional([32, 32, 3], [8, 16], { activation: 'gelu', likelihood: 'gaussian' }),
  'decoder-conv-logistic': convolutional([16, 16, 3], [8, 8, 8], {
    likelihood: 'discretized-logistic',
  }),
};

/** All parameters of a model, the same each time for one seed; their pictures have all shades. */
export function exampleParameters({ model }: ExampleDecoder, seed: number): Parameters<Float32Array> {
  const shapes = Object.entries(parameterShapes(model));
  return Object.fromEntries(
    shapes.map(([name, shape], layer) => {
      const size = shape.reduce((a, b) => a * b);
      const scale = shape.length === 1 ? 0.3 : 3 / Math.sqrt(size / shape.at(-1)!);
      return [name, Float32Array.from({ length: size }, (_, i) => scale * wobble(i + 7919 * (layer + seed)))];
    }),
  );
}

/** What an engine says of the decoder of a scenario, at a step; that of any other scenario is too large. */
export function decoderWeightsOf(
  scenario: string,
  runUri: string,
  step: number,
): DecoderWeights | DecoderTooLarge {
  const decoder = DECODERS[scenario === 'decoder-map' ? 'decoder-colour' : scenario];
  if (decoder === undefined) return { bytes: 2 ** 26, limit: 2 ** 25 };
  const parameters = exampleParameters(decoder, step);
  const names = Object.keys(decoderShapes(decoder.model));
  const own = Object.fromEntries(names.map((name) => [name, parameters[name]!]));
  return { ...decoder, runUri, step, parameters: own };
}

/** What an engine answers to a panel that decodes by itself. */
export function decoderHandlers(
  scenario: string,
  runUri: string,
  step: () => number,
  record: (method: string, params: unknown) => void,
): Pick<Handlers<ExplorerMethods>, 'decoderWeights' | 'mapPlane'> {
  return {
    decoderWeights: () => {
      record('decoderWeights', {});
      return decoderWeightsOf(scenario, runUri, step());
    },
    // The first two dimensions, whatever the axes.
    mapPlane: () => {
      const along = (dimension: number) => ({
        direction: Float64Array.from({ length: LATENT }, (_, d) => Number(d === dimension)),
        offset: 0,
      });
      return { centre: new Float64Array(LATENT), axes: [along(0), along(1)] };
    },
  };
}
