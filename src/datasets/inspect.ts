import { SPLIT_NAMES } from '../domain/split';
import type { SplitName } from '../domain/split';
import type { Dataset, DatasetSource } from './dataset';
import { loadDataset } from './load';
import type { LoadOptions } from './load';
import { sourceStatistics } from './source-statistics';
import type { SourceStatistics } from './source-statistics';
import { DEFAULT_SPLIT, splitDataset } from './split';
import { DataError } from '../images/data-error';

/** Description of a dataset, without its pixels. */
export interface Inspection extends Pick<
  Dataset,
  'name' | 'source' | 'shape' | 'count' | 'skipped' | 'fingerprint'
> {
  readonly originals: SourceStatistics;
  /** Image count per class, in class order; null if there are no labels. */
  readonly labels: readonly { readonly name: string; readonly count: number }[] | null;
  readonly unlabelled: number;
  /** Image count per part, and whether the split is the dataset's own; or the reason why it cannot be split. */
  readonly split: (Readonly<Record<SplitName, number>> & { readonly own: boolean }) | string;
}

/** Loads a dataset as a run would, and describes its contents. @throws DataError as `loadDataset` */
export async function inspectDataset(source: DatasetSource, options: LoadOptions = {}): Promise<Inspection> {
  const dataset = await loadDataset(source, options);
  const { name, shape, count, skipped, fingerprint, labels } = dataset;
  const counts = new Array<number>(labels?.names.length ?? 0).fill(0);
  for (const label of labels?.values ?? []) if (label >= 0) counts[label]!++;
  return {
    ...{ name, source, shape, count, skipped, fingerprint },
    originals: await sourceStatistics(dataset, options),
    labels: labels ? labels.names.map((label, i) => ({ name: label, count: counts[i]! })) : null,
    unlabelled: count - counts.reduce((a, b) => a + b, 0),
    split: splitOf(dataset),
  };
}

function splitOf(dataset: Dataset): Inspection['split'] {
  try {
    const split = splitDataset(dataset, DEFAULT_SPLIT);
    const [train, validation, test] = SPLIT_NAMES.map((part) => split[part].length);
    return { train: train!, validation: validation!, test: test!, own: dataset.split !== undefined };
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
