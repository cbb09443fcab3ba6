import { stateShapes } from '../../vae/state';
import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { noiseInputs } from '../noise';
import { decodeGraph, encodeGraph, evaluateGraph, importanceGraph, stepGraph } from '../programs';
import { graphJson } from './graph-json';

/**
 * Returns what the process has to know of a model; its counterpart is python/latent_explorer_jax/program.py.
 * @param room for so many steps the training loop is compiled; 0 without training
 */
export function programOf(model: VaeConfig, training: TrainingConfig | null, room: number): object {
  const shapes = stateShapes(model, training?.optimizer ?? null);
  const noise = training === null ? [] : noiseInputs(model, training);
  const rows = training === null ? 0 : training.draws * training.minibatch;
  return {
    state: shapes,
    minibatch: training?.minibatch ?? 0,
    inputSize: model.inputSize,
    room,
    noise: Object.fromEntries(noise.map(({ name, columns }) => [name, [rows, columns]])),
    graphs: {
      ...(training && { step: graphJson(stepGraph(model, training)) }),
      encode: graphJson(encodeGraph(model)),
      decode: graphJson(decodeGraph(model)),
      evaluate: graphJson(evaluateGraph(model)),
      importance: graphJson(importanceGraph(model)),
    },
  };
}
