import type { Dataset } from '../../datasets/dataset';
import { binarised } from '../../datasets/sampling/binarise';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { RunClassifier } from '../../engine-process/classifier/run-classifier';
import { loadRunDataset } from '../../model/run-dataset';
import type { RunConfig } from '../../runs/config';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import type { EngineFlags } from '../training';

/** Loads the images of a run as its model sees them, with a progress line. @throws DataError; the abort reason */
export async function imagesOfRun(
  folder: string,
  config: RunConfig,
  { output }: Context,
  signal: AbortSignal,
): Promise<Dataset> {
  const options = {
    ...{ ...loadOptions(), signal },
    onProgress: (done: number, total: number) =>
      output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
  };
  const dataset = await loadRunDataset(folder, config, options, (changed) => output.warn(changed));
  return binarised(dataset, config.data.binarisation, config.data.split.seed);
}

/** Calls `use` with the classifier of a run, and ends its process afterwards. */
export async function withClassifier<T>(
  folder: string,
  options: EngineFlags,
  dataset: () => Promise<Dataset>,
  { output }: Context,
  use: (classifier: RunClassifier) => Promise<T>,
): Promise<T> {
  const { engine, threads = null } = options;
  const classifier = new RunClassifier({
    ...{ runFolder: folder, engine: { engine, threads }, dataset },
    log: (message) => output.warn(message),
  });
  try {
    return await use(classifier);
  } finally {
    classifier.close();
  }
}
