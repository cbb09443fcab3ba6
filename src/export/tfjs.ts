import { EXPORT_FILES } from '../domain/export-formats';
import { tfjsDecoder, tfjsEncoder } from '../engine/tfjs/graph-model';
import type { GraphModel } from '../engine/tfjs/graph-model';
import { factsOf, productOf } from './trained-run';
import type { ExportedFile, TrainedRun } from './trained-run';

/** Makes encoder and decoder as graph models of TensorFlow.js: a model.json each, and its weights beside it. */
export function tfjsFiles(run: TrainedRun): ExportedFile[] {
  const { config, parameters } = run;
  const [encoder, encoderWeights, decoder, decoderWeights] = EXPORT_FILES.tfjs;
  return [
    ...modelFiles(run, tfjsEncoder(config.model, parameters), encoder, encoderWeights),
    ...modelFiles(run, tfjsDecoder(config.model, parameters), decoder, decoderWeights),
  ];
}

function modelFiles(run: TrainedRun, model: GraphModel, json: string, weights: string): ExportedFile[] {
  const layout = 'rows of height * width * channels numbers in [0, 1], channels last';
  const content = {
    format: 'graph-model',
    generatedBy: productOf(run.config),
    convertedBy: null,
    signature: model.signature,
    userDefinedMetadata: { ...factsOf(run), layout },
    modelTopology: model.topology,
    weightsManifest: [{ paths: [weights.split('/').at(-1)!], weights: model.specifications }],
  };
  return [
    { name: json, content: JSON.stringify(content) },
    { name: weights, content: model.weights },
  ];
}
