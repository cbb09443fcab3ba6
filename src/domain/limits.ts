/** Maximum latent dimension of a model. */
export const MAX_LATENT_DIMENSIONS = 4096;
/** Maximum latent dimension of a model whose aggregate posterior is fitted: the covariance takes its square. */
export const MAX_FITTED_DIMENSIONS = 512;
/** Maximum number of clusters of the map's images. */
export const MAX_CLUSTERS = 30;
/** Minimum images of a set for a direction's score: two in each half of the set. */
export const MIN_SCORED_IMAGES = 4;
/** Maximum training datapoints of a run, counting repeats. */
export const MAX_SAMPLES = 1e12;
/** Maximum importance draws per image; more make no visible difference, and a million take minutes. */
export const MAX_IMPORTANCE_DRAWS = 1_000_000;
/** Maximum classes of a classifier that a person attaches to a run. */
export const MAX_CLASSES = 25_000;
/** Maximum characters of the name of a class. */
export const MAX_CLASS_NAME = 200;
