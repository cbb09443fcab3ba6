import type { Convolution, VaeConfig } from './config';

/** Stride of every convolution, in both directions. */
export const STRIDE = 2;

/** Name of the encoder's last layer: its first Nz outputs are the posterior mean, the other Nz the log-variance. */
export const POSTERIOR = 'encoder.posterior';
/** Name of the decoder's last layer, whose outputs are the parameters of p(x|z). */
export const OUTPUT = 'decoder.output';
/** Name of the dense layer between the decoder's perceptron and its transposed convolutions. */
export const FEATURES = 'decoder.features';
export const hiddenLayer = (part: 'encoder' | 'decoder', index: number): string => `${part}.hidden.${index}`;
export const convolutionLayer = (part: 'encoder' | 'decoder', index: number): string =>
  `${part}.convolution.${index}`;

/** A weight and a bias, with the fans that determine the scale of the weight's initial values. */
export interface Layer {
  readonly name: string;
  /**
   * Shape of the weight: [inputs, outputs]; for a convolution [kernel, kernel, inputs, outputs], for a transposed one
   * [kernel, kernel, outputs, inputs].
   */
  readonly weight: readonly number[];
  /** Length of the bias. */
  readonly outputs: number;
  /** Number of inputs per output; `fanOut` is the number of outputs per input. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Names of the layers into the latent space and out of it. They are small, and what they round, the samples and the KL take over: they
 * compute in single precision whatever the others do.
 */
export const LATENT_LAYERS: readonly string[] = [POSTERIOR, hiddenLayer('decoder', 0)];

/** Returns height, width and filters of the smallest feature maps, which the perceptrons work on. */
export function featureMap({ width, height, filters }: Convolution): [number, number, number] {
  const factor = STRIDE ** filters.length;
  return [height / factor, width / factor, filters.at(-1)!];
}

/** Returns the number of parameters that p(x|z) has per number of a datapoint. */
export function likelihoodParameters({ likelihood }: Pick<VaeConfig, 'likelihood'>): 1 | 2 {
  return likelihood === 'gaussian' || likelihood === 'discretized-logistic' ? 2 : 1;
}

/**
 * Returns name and outputs of each transposed convolution, starting at the feature maps: the encoder's filters in reverse.
 * @param parameters of p(x|z) per number
 */
export function transposedLayers(
  { filters, channels }: Convolution,
  parameters: number,
): { name: string; outputs: number }[] {
  const outputs = [...filters.slice(0, -1).reverse(), channels * parameters];
  return outputs.map((count, i) => ({
    name: i === outputs.length - 1 ? OUTPUT : convolutionLayer('decoder', i),
    outputs: count,
  }));
}

/** Returns all layers of a model, in order of computation. */
export function layers(model: VaeConfig): Layer[] {
  const { convolution, latent, encoderHidden, decoderHidden, inputSize } = model;
  const features = convolution ? featureMap(convolution).reduce((a, b) => a * b) : inputSize;
  return [
    ...(convolution ? convolutions(convolution) : []),
    ...perceptron('encoder', features, encoderHidden),
    // Two heads side by side, each with Nz outputs.
    { ...dense(POSTERIOR, encoderHidden.at(-1)!, 2 * latent), fanOut: latent },
    ...perceptron('decoder', latent, decoderHidden),
    ...(convolution
      ? [
          dense(FEATURES, decoderHidden.at(-1)!, features),
          ...transposedConvolutions(convolution, likelihoodParameters(model)),
        ]
      : [output(decoderHidden.at(-1)!, inputSize, likelihoodParameters(model))]),
  ];
}

/** Returns the output layer: the parameters of p(x|z) side by side, each a head with one output per number of a datapoint. */
function output(inputs: number, size: number, parameters: number): Layer {
  return { ...dense(OUTPUT, inputs, parameters * size), fanOut: size };
}

function dense(name: string, inputs: number, outputs: number): Layer {
  return { name, weight: [inputs, outputs], outputs, fanIn: inputs, fanOut: outputs };
}

function perceptron(part: 'encoder' | 'decoder', inputs: number, hidden: readonly number[]): Layer[] {
  const sizes = [inputs, ...hidden];
  return hidden.map((outputs, i) => dense(hiddenLayer(part, i), sizes[i]!, outputs));
}

function convolutions({ channels, filters, kernel }: Convolution): Layer[] {
  const sizes = [channels, ...filters];
  return filters.map((outputs, i) => {
    const inputs = sizes[i]!;
    const name = convolutionLayer('encoder', i);
    return { name, weight: [kernel, kernel, inputs, outputs], outputs, ...fans(kernel, inputs, outputs) };
  });
}

function transposedConvolutions(convolution: Convolution, parameters: number): Layer[] {
  const { filters, kernel } = convolution;
  const sizes = transposedLayers(convolution, parameters);
  return sizes.map(({ name, outputs }, i) => {
    const inputs = i === 0 ? filters.at(-1)! : sizes[i - 1]!.outputs;
    const { fanIn: fanOut, fanOut: fanIn } = fans(kernel, outputs, inputs);
    return { name, weight: [kernel, kernel, outputs, inputs], outputs, fanIn, fanOut };
  });
}

/**
 * Returns the fans of a convolution: an output sees all positions of the kernel, but with strides, an input sees only one in
 * STRIDE² of them.
 */
function fans(kernel: number, inputs: number, outputs: number): { fanIn: number; fanOut: number } {
  return { fanIn: kernel ** 2 * inputs, fanOut: (kernel / STRIDE) ** 2 * outputs };
}
