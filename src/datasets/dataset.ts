import type { ImageRows } from './rows/image-rows';
import type { ImageShape } from '../images/image-shape';
import type { ReadingChoice } from '../domain/reading';
import type { DatasetNote } from '../domain/dataset-notes';
import type { SplitName } from '../domain/split';

/** Images to exclude from a dataset. */
export interface LeftOut {
  /** Relative paths for folders and ZIP archives, image ids otherwise. Entries that do not exist are ignored. */
  readonly leftOut?: readonly string[];
}

/** Selection of images in a folder or archive, and the source of their labels. */
export interface ImageChoice extends LeftOut {
  /** Patterns of relative paths, see `PathPattern`: only matching files are used. */
  readonly include?: readonly string[];
  /** Patterns of files not to use. */
  readonly exclude?: readonly string[];
  /** `file:` URI of a CSV file with labels, see `csvLabels`; without it, folder names are the labels. */
  readonly labels?: string;
  /** Name of the table's column with the labels; empty for the folder names; absent for the one whose name says so. */
  readonly labelColumn?: string;
}

/** The source of a dataset, sufficient to load it again. URIs are `file:` URIs. */
export type DatasetSource = LeftOut &
  (
    | { readonly kind: 'digits'; readonly count: number; readonly seed: number }
    | ({ readonly kind: 'folder'; readonly uri: string } & ImageChoice & ReadingChoice)
    | ({ readonly kind: 'idx'; readonly uri: string } & ReadingChoice)
    /** A NumPy array. */
    | ({ readonly kind: 'npy'; readonly uri: string } & ReadingChoice)
    /** An archive of images, or of arrays (`.npz`). */
    | ({ readonly kind: 'zip'; readonly uri: string } & ImageChoice & ReadingChoice)
    /** A tape archive of images, or several: a folder of them, or a path with a range of numbers like `{000..009}`. */
    | ({ readonly kind: 'tar'; readonly uri: string } & ImageChoice & ReadingChoice)
    /** A Parquet file, or a folder of these. */
    | ({ readonly kind: 'parquet'; readonly uri: string } & ReadingChoice)
    /** Packed images: a file that `vae pack` wrote, or one of several. */
    | ({ readonly kind: 'packed'; readonly uri: string } & ReadingChoice)
  );

/** Class names, and the class index of each image, -1 for none. */
export interface Labels {
  readonly names: readonly string[];
  readonly values: Int32Array;
}

/** A file that was found but could not be used. `path` is relative to the dataset's root, with '/'. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** Image indices (from 0) of each part. Parts are disjoint and not empty. */
export type Split = Readonly<Record<SplitName, Uint32Array>>;

/** Random split for datasets without their own. Parts are fractions of all images; the rest is for training. */
export interface SplitRequest {
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
  /** Maximum number of training images; 0 or absent means all. */
  readonly trainLimit?: number;
}

/** Images of one shape. */
export interface Dataset {
  /** Short name for display and run folders, like `digits` or the folder's name. */
  readonly name: string;
  readonly source: DatasetSource;
  readonly shape: ImageShape;
  readonly count: number;
  /** `count` rows, in memory or in a file. */
  readonly images: ImageRows;
  /** Returns an image's stable id: its path relative to the root with '/' (and `#index` inside a container file). */
  id(index: number): string;
  readonly labels?: Labels;
  /** The dataset's own split, if any (as in MNIST's four files); otherwise see `splitDataset`. */
  readonly split?: Split;
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
  /** Of a run's dataset that lost images: each image's position before, on which the draws of its
   * binarisation depend; absent while that is its index. */
  readonly numbers?: Uint32Array;
  /** SHA-256 (hex) over shape, ids and images: equal fingerprints mean the same images in the same order. */
  readonly fingerprint: string;
}
