/** Engine methods computed from the encoded images of the map. They fail with `superseded` for the key of an earlier encoding. */
import * as z from 'zod';
import { MAX_CLUSTERS } from '../../domain/limits';
import type { LatentPlane } from '../../latent/axes';
import { MAX_ANALYSED_IMAGES } from '../map-analysis';
import type { BoundRanks, MapClusters, MapPosteriors } from '../map-analysis';
import { method } from './method';
import type { ReadonlyDeep } from './method';
import { imageId, mapAxes, mapColumn, mapKey, seed } from './values';

/** Points that clusters are found among: the posterior means, or the images' places on two axes. */
const clusteredPoints = z.union([z.literal('means'), z.strictObject({ x: mapColumn, y: mapColumn })]);
export type ClusteredPoints = ReadonlyDeep<z.output<typeof clusteredPoints>>;

const someImages = z.array(imageId).min(1).max(MAX_ANALYSED_IMAGES);

export const mapAnalysisMethods = {
  /** Finds clusters, at most `most`, and names them by their labels. Deterministic. Can be cancelled. */
  mapClusters: method({
    key: mapKey,
    of: clusteredPoints,
    most: z.int().min(2).max(MAX_CLUSTERS),
    seed,
  }).returns<MapClusters>(),
  /** Returns the plane that two axes show, for `pointsAt` and the like; null for a UMAP layout and for measures. */
  mapPlane: method(mapAxes).returns<LatentPlane | null>(),
  /** Projects the posteriors of images on two axes; null where `mapPlane` is. @throws `not-found` for an unknown id */
  mapPosteriors: method(mapAxes.extend({ ids: someImages })).returns<MapPosteriors | null>(),
  /** Ranks images by their bounds among all images. @throws `not-found` for an unknown id */
  mapRanks: method({ key: mapKey, ids: someImages }).returns<BoundRanks>(),
};
