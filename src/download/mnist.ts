import { join } from 'node:path';
import type { PublishedDataset } from './dataset';

/**
 * MNIST, the handwritten digits of LeCun, Cortes and Burges, in the gzipped files that its authors published. Widely used
 * libraries fetch it from the same two mirrors: the Common Visual Data Foundation's and PyTorch's.
 */
export const MNIST: PublishedDataset = {
  name: 'mnist',
  title: 'MNIST',
  files: [
    {
      name: 'train-images-idx3-ubyte.gz',
      bytes: 9_912_422,
      sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    },
    {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 28_881,
      sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    },
    {
      name: 't10k-images-idx3-ubyte.gz',
      bytes: 1_648_877,
      sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    },
    {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 4_542,
      sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    },
  ],
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ],
};

/** Returns the folder of a downloaded dataset. @param cacheRoot the product's cache folder */
export const datasetFolder = (cacheRoot: string, { name }: PublishedDataset): string =>
  join(cacheRoot, 'datasets', name);
