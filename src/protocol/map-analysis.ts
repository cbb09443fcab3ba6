/** Answers computed from the encoded images of the map. Images are in the order of `mapImages`. */
import type { Rank } from '../columns/ranking';
import type { ClusterName } from '../latent/clusters/cluster-names';
import type { Clusters } from '../latent/clusters/find-clusters';

/** Maximum images per `mapPosteriors` or `mapRanks` call. */
export const MAX_ANALYSED_IMAGES = 64;

export interface MapClusters extends Clusters {
  /**
   * The commonest label of each cluster; null for a cluster without labelled images. Null if the dataset has no labels; other names,
   * like those of tags, are by `clusterNames`.
   */
  readonly names: readonly (LabelledCluster | null)[] | null;
}

interface LabelledCluster extends ClusterName {
  readonly label: string;
}

/** The posteriors of some images on two axes of the map. */
export interface MapPosteriors {
  /** x and y of each posterior mean. */
  readonly places: Float32Array;
  /** Covariance of each: variance across, covariance, variance up. */
  readonly covariances: Float32Array;
}

/** The ranks of some images by their bounds, as encoded for the map. */
export interface BoundRanks {
  readonly images: readonly RankedBound[];
  /** Training step of the weights used to encode them. */
  readonly step: number;
}

/** Rank 1 has the highest bound. */
interface RankedBound extends Rank {
  readonly id: string;
  /** In nats. */
  readonly elbo: number;
}
