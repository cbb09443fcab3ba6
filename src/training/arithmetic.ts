import type { RunConfig } from '../runs/config';
import type { VaeConfig } from '../vae/config';
import { featureMap, layers, STRIDE } from '../vae/layers';

/** Returns the multiplications of an image's way through encoder and decoder. */
function multiplications(model: VaeConfig): number {
  const { convolution } = model;
  let encoded = convolution ? convolution.height * convolution.width : 0;
  let decoded = convolution ? featureMap(convolution)[0] * featureMap(convolution)[1] : 0;
  let sum = 0;
  for (const { name, weight } of layers(model)) {
    const size = weight.reduce((product, side) => product * side, 1);
    if (weight.length === 2) sum += size;
    else if (name.startsWith('encoder.')) sum += size * (encoded /= STRIDE ** 2);
    else {
      sum += size * decoded;
      decoded *= STRIDE ** 2;
    }
  }
  return sum;
}

/**
 * Returns about how many floating-point operations a run takes: a multiplication and an addition for the outputs of each layer, and
 * twice as many for its gradients.
 */
export function trainingOperations({ model, training }: Pick<RunConfig, 'model' | 'training'>): number {
  return 6 * multiplications(model) * training.draws * training.samples;
}
