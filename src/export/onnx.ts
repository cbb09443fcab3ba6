import { EXPORT_FILES } from '../domain/export-formats';
import { exportDecoder, exportEncoder } from '../engine/onnx/exported';
import { factsOf } from './trained-run';
import type { ExportedFile, TrainedRun } from './trained-run';

/**
 * Makes encoder.onnx and decoder.onnx of a run.
 * @param operatorSet of ONNX, one that `FORMAT_VERSIONS` knows; absent for the one that the product runs itself
 */
export function onnxFiles(run: TrainedRun, operatorSet?: number): ExportedFile[] {
  const { config, parameters } = run;
  const layout = 'rows of height * width * channels numbers in [0, 1], channels last';
  const options = {
    metadata: { ...factsOf(run), layout },
    producerVersion: config.versions.product,
    ...(operatorSet === undefined ? {} : { operatorSet }),
  };
  const [encoder, decoder] = EXPORT_FILES.onnx;
  return [
    { name: encoder, content: [exportEncoder(config.model, parameters, options)] },
    { name: decoder, content: [exportDecoder(config.model, parameters, options)] },
  ];
}
