import type { Graph } from '../../trace/graph';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import type { Parameters } from '../../vae/parameters';
import { decodeGraph, encodeGraph } from '../programs';
import { serialiseModel } from './encode';
import { functionModel } from './function-model';
import type { OnnxModel } from './model';
import type { OnnxTensor } from './tensor';

type Options = Pick<OnnxModel, 'operatorSet' | 'metadata' | 'producerVersion'>;
/** @throws RangeError for an operator set that is not in `FORMAT_VERSIONS` */
type Exporter = (model: VaeConfig, parameters: Parameters<Float32Array>, options?: Options) => Uint8Array;

/** Descriptions that viewers show beside the names of inputs and outputs. */
const DESCRIPTIONS = {
  x: 'Images in [0, 1], each a row of height * width * channels numbers, channels last',
  z: 'Points of latent space',
  mean: 'Mean of q(z|x)',
  logVariance: 'Logarithm of the variance of q(z|x), per latent dimension',
  logits: 'Parameters of p(x|z): log-odds per number of an image',
  location: 'Parameters of p(x|z): its mean is their sigmoid',
  logScale: 'Parameters of p(x|z): logarithm of the scale',
};

const exporter =
  (
    name: string,
    description: string,
    graphOf: (model: VaeConfig) => Graph,
    descriptions: Readonly<Record<string, string>>,
  ): Exporter =>
  (model, parameters, options = {}) => {
    const constants = Object.entries(parameterShapes(model)).map(([key, dims]): [string, OnnxTensor] => [
      key,
      { type: 'float32', dims, data: parameters[key]! },
    ]);
    const traced = functionModel(name, graphOf(model), {
      constants: Object.fromEntries(constants),
      descriptions,
    });
    return serialiseModel({ ...traced, ...options, description });
  };

/** Exports encoder.onnx: x [batch, D] in [0, 1] -> mean, logVariance [batch, Nz] of q(z|x). */
export const exportEncoder = exporter(
  'encoder',
  'Encoder of a variational autoencoder: images to the Gaussian posterior q(z|x) over latent space.',
  encodeGraph,
  DESCRIPTIONS,
);

/** Exports decoder.onnx: z [batch, Nz] -> mean and the parameters of p(x|z), e.g. logits, each [batch, D]. */
export const exportDecoder = exporter(
  'decoder',
  'Decoder of a variational autoencoder: points of latent space to the distribution p(x|z) over images.',
  decodeGraph,
  {
    ...DESCRIPTIONS,
    mean: 'Mean image E[x|z] in [0, 1], rows of height * width * channels numbers, channels last',
    logVariance: 'Parameters of p(x|z): logarithm of the variance per number of an image',
  },
);
