import { isPaperLatent } from './curve';
import type { PaperLatent, PaperMethod } from './figure2';

/** Fingerprints of MNIST's 60,000 and 10,000 images under the usual names of its files. */
export const MNIST_FINGERPRINTS: readonly string[] = [
  'd9d90379a6fade7899c21e26e14774bbf2ede5538d889171015057bf2b5f221f', // train-images-idx3-ubyte.gz
  '02ffe6b7277388c8a88599c111f9165e8515bf3a73de5a17654cb82b3a9d6030', // train-images-idx3-ubyte
  '1c044eb658a4eb7b5ad63c1d3e1e5c9a9852c43b02f70d530bd39438e8794c31', // train-images.idx3-ubyte.gz
  '045ad9fa8d0b2317503ca3e1cf1d2b50374d24c06c31b095e34bd8cc7b57875c', // train-images.idx3-ubyte
];

/** Settings that decide whether the paper's curves apply to a run. */
export interface RunSetting {
  readonly preset: string;
  /** Learning algorithm, `aevb` or `wake-sleep`. */
  readonly algorithm: string;
  /** Layer widths from the image through the latent space to the image. */
  readonly layers: readonly number[];
  /** Fingerprint of the dataset. */
  readonly fingerprint: string;
}

/** Returns whether a dataset is the figure's MNIST; its 28 x 28 pixels alone would admit other sets of the same layout. */
export function isMnist(fingerprint: string): boolean {
  return MNIST_FINGERPRINTS.includes(fingerprint);
}

/** A panel of the figure, and one of its curves. */
export interface PaperPanel {
  readonly latent: PaperLatent;
  readonly method: PaperMethod;
}

/**
 * Returns the panel that a run reproduces: a preset of the paper's experiment, 784-500-Nz-500-784, on MNIST. Null if it
 * reproduces none.
 */
export function paperPanel({ preset, algorithm, layers, fingerprint }: RunSetting): PaperPanel | null {
  const latent = layers[2];
  if (preset !== 'aevb' && preset !== 'wake-sleep') return null;
  if (algorithm !== 'aevb' && algorithm !== 'wake-sleep') return null;
  if (latent === undefined || !isPaperLatent(latent) || !isMnist(fingerprint)) return null;
  return layers.join() === `784,500,${latent},500,784` ? { latent, method: algorithm } : null;
}
