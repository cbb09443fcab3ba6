import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runConfigSchema } from '../../src/runs/config';
import type { RunConfig } from '../../src/runs/config';
import type { ExportedFile, TrainedRun } from '../../src/export/trained-run';
import { parameterShapes } from '../../src/vae/parameters';
import type { VaeConfig } from '../../src/vae/config';
import { EARLY_CONFIG } from '../support/run-config';

const perceptron: VaeConfig = {
  inputSize: 4 * 6 * 3,
  convolution: null,
  encoderHidden: [9, 7],
  decoderHidden: [5],
  latent: 3,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const convolutional: VaeConfig = {
  ...perceptron,
  inputSize: 16 * 8 * 3,
  convolution: { width: 16, height: 8, channels: 3, filters: [2, 3], kernel: 4 },
  activation: 'relu',
};
const withKernel = (kernel: number): VaeConfig => ({
  ...convolutional,
  convolution: { ...convolutional.convolution!, kernel },
});

/** Images of 6 x 4 and 16 x 8 pixels in colour: no two sizes are equal, so that no two axes can be mistaken for each other. */
export const MODELS: readonly (readonly [string, VaeConfig])[] = [
  ...(['tanh', 'relu', 'gelu'] as const).map(
    (activation) => [`a perceptron with ${activation}`, { ...perceptron, activation }] as const,
  ),
  ...(['continuous-bernoulli', 'gaussian', 'discretized-logistic'] as const).flatMap((likelihood) => [
    [`a perceptron under ${likelihood}`, { ...perceptron, likelihood }] as const,
    [`convolutions under ${likelihood}`, { ...convolutional, likelihood }] as const,
  ]),
  ...[2, 3, 4, 5, 7].map((kernel) => [`convolutions with kernels of ${kernel}`, withKernel(kernel)] as const),
  [
    'a single convolution on grey images',
    {
      ...perceptron,
      inputSize: 64,
      convolution: { width: 8, height: 8, channels: 1, filters: [3], kernel: 3 },
    },
  ],
];

/** Numbers of order 1 that repeat nowhere. */
export const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + phase) / 2);

export const parametersOf = (model: VaeConfig): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(parameterShapes(model)).map(([name, shape], i) => [
      name,
      wave(
        shape.reduce((a, b) => a * b, 1),
        i,
      ),
    ]),
  );

/** A run of a model, as if trained; images without convolutions are of 6 x 4 pixels if they fit. */
export function trainedRun(model: VaeConfig, change: Partial<RunConfig> = {}): TrainedRun {
  const { width, height, channels } = model.convolution ?? { width: 6, height: 4, channels: 3 as const };
  const config = runConfigSchema.parse({
    ...EARLY_CONFIG,
    ...{ model, data: { ...EARLY_CONFIG.data, width, height, channels }, ...change },
  });
  return { folder: '/run', config, parameters: parametersOf(model), step: 1234 };
}

/** Writes files of an export into a folder, as the command does. */
export async function writeExported(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { name, content } of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
