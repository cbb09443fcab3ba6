import { fileURLToPath, pathToFileURL } from 'node:url';
import { isAbsolute, join, relative } from 'node:path';
import type { Dataset, DatasetSource } from '../../datasets/dataset';
import { takesImageChoice } from '../../datasets/image-choice';
import { loadDataset } from '../../datasets/load';
import type { LoadOptions } from '../../datasets/load';
import { DataError } from '../../images/data-error';
import { selectRunImages } from '../../model/run-dataset';
import type { RunConfig } from '../../runs/config';
import { describeChanges, ImagesChangedError, ImagesUnknownError, isChanged } from '../../runs/image-changes';
import { usedImages } from '../../runs/used-images';
import type { MetricNote, ResumedImages } from '../../runs/metric-line';
import { RequestError } from '../../runs/request-error';
import type { RunImages } from '../../runs/run-images';
import { formatCount } from '../../text/format-count';

/** The images with which a run is resumed. */
export interface ResumedDataset {
  readonly dataset: Dataset;
  /** For the curve, if the run goes on with other images than before; else null. */
  readonly images: ResumedImages | null;
  /** The new list of the run's images, if it changes; else null. */
  readonly list: RunImages | null;
  readonly notices: readonly string[];
}

/**
 * Loads the images of a resumed run.
 * @param run `before`: as its folder says; `now`: where the dataset is now; `notes` of its curve so far
 * @throws ImagesChangedError, ImagesUnknownError if the user must decide; RunError, DataError; the abort reason
 */
export async function resumedDataset(
  run: {
    readonly runFolder: string;
    readonly before: RunConfig;
    readonly now: RunConfig;
    readonly notes: readonly MetricNote[];
    readonly skipChanged: boolean;
  },
  options: LoadOptions,
): Promise<ResumedDataset> {
  const { runFolder, before, now, notes, skipChanged } = run;
  const loaded = await loadDataset(now.data.source, options).catch((error: unknown) => {
    throw error instanceof DataError ? new ImagesUnknownError(error.message) : error;
  });
  const { dataset, changes, images } = await selectRunImages(runFolder, before, now, loaded, options);
  const moved = now.data.source === before.data.source ? [] : [`images are read from ${placeOf(now)} now`];
  const { count } = now.data;
  const used = usedImages(now, notes);
  if (changes === null) {
    const got = `got ${formatCount(loaded.count)} images with fingerprint ${loaded.fingerprint.slice(0, 12)}`;
    const expected = `expected ${formatCount(count)} with ${now.data.fingerprint.slice(0, 12)}`;
    throw new ImagesUnknownError(
      `${got}, ${expected}, and the run has no list of its images to name them by`,
    );
  }
  if (!isChanged(changes)) {
    // Ids in a container file begin with its name, which may be another one now.
    const list = moved.length > 0 ? images : null;
    if (images !== null || used === count) return { dataset, images: null, list, notices: moved };
    const line = { used: count, missing: 0, changed: 0, added: 0 };
    const back = `all ${formatCount(count)} images of the run are there again, and are used`;
    return { dataset, images: line, list: null, notices: [...moved, back] };
  }
  const what = describeChanges(changes, used);
  if (!skipChanged) throw new ImagesChangedError(what);
  const [missing, changed, added] = [changes.missing, changes.changed, changes.added].map(
    (ids) => ids.length,
  );
  return {
    dataset,
    images: { used: dataset.count, missing: missing!, changed: changed!, added: added! },
    list: images,
    notices: [...moved, `goes on without these images: ${what}; ${formatCount(dataset.count)} are used`],
  };
}

/**
 * Returns the configuration of a run whose dataset has moved. Patterns stay as they are; a table of labels inside the folder
 * moves with it.
 * @throws RequestError if the new place holds another kind of dataset
 */
export function relocated(config: RunConfig, to: DatasetSource): RunConfig {
  const { source } = config.data;
  if (source.kind === 'digits' || to.kind === 'digits' || source.kind !== to.kind)
    throw new RequestError(
      `data: got a dataset of the kind '${to.kind}', expected one of the kind '${source.kind}', on which this run was started`,
    );
  if (source.uri === to.uri) return config;
  const { uri } = to;
  const at = (moved: typeof source): RunConfig => ({ ...config, data: { ...config.data, source: moved } });
  if (!takesImageChoice(source) || source.labels === undefined) return at({ ...source, uri });
  const inside = relative(fileURLToPath(source.uri), fileURLToPath(source.labels));
  const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
  return at({
    ...source,
    uri,
    labels: isInside ? pathToFileURL(join(fileURLToPath(uri), inside)).href : source.labels,
  });
}

const placeOf = ({ data }: RunConfig): string =>
  data.source.kind === 'digits' ? 'digits' : fileURLToPath(data.source.uri);
