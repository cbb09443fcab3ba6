import type { RunConfig } from './config';

/** Returns the layer widths of a perceptron from image to image, like 784, 500, 20, 500, 784; empty for a convolutional model. */
export function layersOf({ model, opened }: RunConfig): readonly number[] {
  const { inputSize, encoderHidden, latent, decoderHidden, convolution } = model;
  return convolution || opened ? [] : [inputSize, ...encoderHidden, latent, ...decoderHidden, inputSize];
}

/** Returns the training objective and its modifications of the plain bound. */
export function objectiveOf({
  training,
}: RunConfig): Pick<RunConfig['training']['objective'], 'estimator' | 'beta' | 'freeBits'> {
  const { estimator, beta, freeBits } = training.objective;
  return { estimator, beta, freeBits };
}
