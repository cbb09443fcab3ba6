import type { Graph } from '../../trace/graph';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import type { Parameters } from '../../vae/parameters';
import { decodeGraph, encodeGraph } from '../programs';
import { serialiseModel } from './encode';
import { functionModel } from './function-model';
import type { OnnxTensor } from './tensor';

type Metadata = Readonly<Record<string, string>>;
type Exporter = (model: VaeConfig, parameters: Parameters<Float32Array>, metadata: Metadata) => Uint8Array;

const exporter =
  (name: string, graphOf: (model: VaeConfig) => Graph): Exporter =>
  (model, parameters, metadata) => {
    const constants = Object.entries(parameterShapes(model)).map(([key, dims]): [string, OnnxTensor] => [
      key,
      { type: 'float32', dims, data: parameters[key]! },
    ]);
    return serialiseModel(
      functionModel(name, graphOf(model), { constants: Object.fromEntries(constants), metadata }),
    );
  };

/** Exports encoder.onnx: x [batch, D] in [0, 1] -> mean, logVariance [batch, Nz] of q(z|x). */
export const exportEncoder = exporter('encoder', encodeGraph);

/** Exports decoder.onnx: z [batch, Nz] -> mean and the parameters of p(x|z), e.g. logits, each [batch, D]. */
export const exportDecoder = exporter('decoder', decodeGraph);
