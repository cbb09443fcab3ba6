import { representatives } from '../../columns/representatives';
import { RandomStream } from '../../random/stream';
import type { Dataset } from '../dataset';

/**
 * Picks up to `count` rows of a dataset that represent them, see `representatives`: a pure function of the rows, their labels and
 * the seed. @param rows indices of images, like a part of the split
 */
export function representativeRows(
  { labels }: Pick<Dataset, 'labels'>,
  rows: Uint32Array,
  count: number,
  seed: number,
): Uint32Array {
  const stream = new RandomStream(seed, 'represent');
  return representatives(rows, labels?.values ?? null, count, (block, length) =>
    stream.permutation(block, length),
  );
}

/** Picks up to `count` images of the whole dataset that represent it. */
export function representativeImages(
  dataset: Pick<Dataset, 'labels' | 'count'>,
  count: number,
  seed: number,
): Uint32Array {
  const all = Uint32Array.from({ length: dataset.count }, (_, row) => row);
  return representativeRows(dataset, all, count, seed);
}
