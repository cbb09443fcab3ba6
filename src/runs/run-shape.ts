import type { Split } from '../datasets/dataset';
import type { RunConfig } from './config';
import type { TrainingConfig } from '../vae/config';
import type { ImageShape } from '../images/image-shape';

/** Returns the image shape of a run. */
export function shapeOf(config: RunConfig): ImageShape {
  const { width, height, channels } = config.data;
  return { width, height, channels };
}

/** Returns the training configuration of a run, with the number of training images. */
export function trainingConfigOf(config: RunConfig, split: Split): TrainingConfig {
  return { ...config.training, datapoints: split.train.length };
}
