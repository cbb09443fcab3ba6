import type { ImageRows } from './rows/image-rows';
import type { ImageShape } from '../images/image-shape';

/** Images that are not used, though they are there. */
export interface LeftOut {
  /** In a folder or an archive their paths relative to it, elsewhere their ids; what there is not (any more) counts for nothing. */
  readonly leftOut?: readonly string[];
}

/** Which images of a folder or archive are meant, and where their labels are. */
export interface ImageChoice extends LeftOut {
  /** Patterns of paths relative to the folder, see `pathMatcher`: only files that fit one of these. */
  readonly include?: readonly string[];
  /** But none that fits one of these. */
  readonly exclude?: readonly string[];
  /** `file:` URI of a CSV file with the labels, see `csvLabels`; without it the names of folders are the labels. */
  readonly labels?: string;
}

/** Where a dataset comes from: enough to load it again. URIs are `file:` URIs. */
export type DatasetSource = LeftOut &
  (
    | { readonly kind: 'digits'; readonly count: number; readonly seed: number }
    | ({ readonly kind: 'folder'; readonly uri: string } & ImageChoice)
    | { readonly kind: 'idx'; readonly uri: string }
    /** An array of NumPy. */
    | { readonly kind: 'npy'; readonly uri: string }
    /** An archive of images, or of arrays (`.npz`). */
    | ({ readonly kind: 'zip'; readonly uri: string } & ImageChoice)
    /** A Parquet file, or a folder with some. */
    | { readonly kind: 'parquet'; readonly uri: string }
  );

/** A class label per image; -1 where an image has none. */
export interface Labels {
  readonly names: readonly string[];
  readonly values: Int32Array;
}

/** A file that was found but could not be used. `path` is relative to the dataset's root, with '/'. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

export type SplitName = 'train' | 'validation' | 'test';
export const SPLIT_NAMES: readonly SplitName[] = ['train', 'validation', 'test'];

/** Image numbers (0-based) of each part. The parts are disjoint and none is empty. */
export type Split = Readonly<Record<SplitName, Uint32Array>>;

/** How a dataset without a split of its own is divided. Fractions of the whole; the rest is for training. */
export interface SplitRequest {
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
  /** Most images for training; 0 or absent: all. */
  readonly trainLimit?: number;
}

/** Images of one shape. */
export interface Dataset {
  /** Short name for people and run folders, such as `digits` or the folder's name. */
  readonly name: string;
  readonly source: DatasetSource;
  readonly shape: ImageShape;
  readonly count: number;
  /** `count` rows, in memory or in a file. */
  readonly images: ImageRows;
  /** Stable id of an image: its path relative to the root with '/' (and `#index` inside a container file). */
  id(index: number): string;
  readonly labels?: Labels;
  /** The dataset's own split, where it has one (MNIST's four files); otherwise see `splitDataset`. */
  readonly split?: Split;
  readonly skipped: readonly SkippedFile[];
  /** sha256 (hex) over shape, ids and images: equal fingerprints mean the same images in the same order. */
  readonly fingerprint: string;
}
