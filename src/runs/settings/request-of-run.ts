import type { RunConfig, TrainRequest } from '../config';
import { requireTrained } from '../require-trained';
import { presetOf, presetSettings } from './parse-request';
import { leafValues, textOf } from './setting-values';

/**
 * Returns the request that trains a run's configuration anew: its dataset, preset and settings, with sizes and seeds as they
 * turned out. Of a step size search only the best one.
 * @param seed of the new run
 * @throws RequestError if this version has no such preset, or the model was trained elsewhere
 */
export function requestOfRun(config: RunConfig, seed: number): TrainRequest {
  requireTrained(config, 'trained again');
  const usual = leafValues(presetSettings(presetOf(config.preset)));
  const own = leafValues(settingsOf(config));
  const set: Record<string, string> = {};
  for (const [path, value] of own) {
    const text = textOf(value);
    if (textOf(usual.get(path)) !== text) set[path] = text;
  }
  // Another optimizer starts from defaults of its own, which may differ from those of the preset's.
  if ('training.optimizer.name' in set)
    for (const [path, value] of own) if (path.startsWith('training.optimizer.')) set[path] = textOf(value);
  return { source: config.data.source, preset: config.preset as TrainRequest['preset'], seed, set };
}

/** The settings of a run in the shape of a preset's; what its images were read by is part of its source. */
function settingsOf({
  model,
  initialisation,
  training,
  checkpointEvery,
  snapshots,
  data,
}: RunConfig): object {
  const { width, height, channels, split, binarisation, augmentation } = data;
  const { convolution } = model;
  return {
    model: {
      ...model,
      // Of the images, and of the search and the extensions of this run.
      inputSize: undefined,
      convolution: convolution && { filters: convolution.filters, kernel: convolution.kernel },
    },
    initialisation,
    training: { ...training, stepSizes: undefined, extensions: undefined },
    checkpointEvery,
    snapshots,
    data: { width, height, channels, split, binarisation, augmentation },
  };
}
