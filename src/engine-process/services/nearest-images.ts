import type { NearImages } from '../../protocol/latent';
import type { Neighbour } from '../../latent/nearest';
import { uriOf } from './dataset-images';
import type { DatasetImages } from './dataset-images';
import type { EncodedDataset } from '../map/encoded-dataset';

/** Adds ids, file URIs and pictures to neighbours. URIs and pictures are null until the dataset is read. */
export async function nearImages(
  { latents }: EncodedDataset,
  images: DatasetImages,
  near: readonly Neighbour[],
): Promise<NearImages> {
  const ids = near.map(({ row }) => latents.ids[row]!);
  const dataset = images.now;
  return {
    ids,
    uris: ids.map((id) => dataset && uriOf(dataset, id)),
    distances: Float32Array.from(near, ({ distance }) => distance),
    pictures: dataset && (await images.pictures(ids).catch(() => null)),
    step: latents.step,
  };
}
