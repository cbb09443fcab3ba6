/**
 * The programming interface of the extension Latent Explorer, for other extensions. Copy this file, and write
 *
 *     const extension = vscode.extensions.getExtension<LatentExplorer>('latent-explorer.latent-explorer');
 *     const api = (await extension!.activate()).getAPI(1);
 *
 * Everything is plain data. Methods reject with an Error that says what was got, what was expected and what to do; in a workspace that is
 * not trusted, all but `runs` do. Bounds are in nats per datapoint, higher is better: elbo = reconstruction - kl.
 */
import type { Event, Uri } from 'vscode';

export interface LatentExplorer {
  /** Returns the interface of a version, which stays as it is. @throws Error for an unknown version */
  getAPI(version: 1): LatentExplorerApi;
}

export interface LatentExplorerApi {
  readonly version: 1;
  /** Returns the runs of the window, newest first. */
  runs(): Promise<readonly Run[]>;
  /** Fires with a run that has changed, several times a second in training; with null when runs have come or gone. */
  readonly onDidChangeRun: Event<Run | null>;
  /** Starts a training in the background, and resolves to the URI of its run once the images are read. */
  train(options: TrainOptions): Promise<Uri>;
  /** Stops a training at a checkpoint. */
  stop(run: Uri): Promise<void>;
  /** Encodes image files, in order. What could not be read has an `error`. */
  encode(run: Uri, images: readonly Uri[]): Promise<readonly (EncodedImage | EncodeFailure)[]>;
  /** Decodes points, each of Nz numbers, to means of p(x|z). */
  decode(run: Uri, points: readonly (readonly number[])[]): Promise<Pictures>;
  /** Decodes a path through image files, in order. @param frames number of pictures, 2 to 1,000 */
  interpolate(run: Uri, images: readonly Uri[], frames?: number): Promise<LatentPath>;
  /** Returns values for all images of the run's dataset, which are encoded first where they are not. */
  latents(run: Uri, columns?: readonly LatentColumn[]): Promise<Latents>;
  /** Measures the bound on a part of the run's dataset. A training waits meanwhile. */
  evaluate(run: Uri, options?: EvaluateOptions): Promise<Evaluation>;
  readonly directions: Directions;
  /** Writes the run's newest model as files that other programs read. @returns the files */
  export(run: Uri, options?: ExportOptions): Promise<readonly Uri[]>;
}

export interface Run {
  /** Of its folder. */
  readonly uri: Uri;
  /** The name that it was given, else that of its folder. */
  readonly name: string;
  readonly state: 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted';
  readonly preset: string;
  readonly dataset: string;
  /** Nz, the number of latent dimensions. */
  readonly latent: number;
  readonly step: number;
  /** Training datapoints seen. */
  readonly samples: number;
  /** The best validation bound, null before the first. */
  readonly best: { readonly step: number; readonly elbo: number } | null;
  readonly tags: readonly string[];
}

export interface TrainOptions {
  /** `digits`, or the URI of a folder or a file. */
  readonly data: Uri | 'digits';
  readonly preset?: string;
  readonly latent?: number;
  /** Training datapoints after which training ends. */
  readonly samples?: number;
  readonly seed?: number;
  /** A table with labels, and its column with them. */
  readonly labels?: Uri;
  readonly labelColumn?: string;
  /** As `--set` of `vae train`, such as `{ 'training.minibatch': '64' }`. */
  readonly set?: Readonly<Record<string, string>>;
}

/** `count` images of one shape: bytes, row-major, channels last. */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly count: number;
  readonly bytes: Uint8Array;
}

export interface EncodedImage {
  readonly uri: string;
  /** Posterior mean and standard deviation, and the KL of each dimension in nats; Nz numbers each. */
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly klPerDimension: readonly number[];
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** The image as the model sees it, and decoded from the mean. */
  readonly original: Pictures;
  readonly reconstructed: Pictures;
  /** Training step of the weights. */
  readonly step: number;
}

export interface EncodeFailure {
  readonly uri: string;
  readonly error: string;
}

export interface LatentPath {
  /** Frame numbers of the images. */
  readonly at: readonly number[];
  readonly linear: PathTrack;
  /** On great circles. */
  readonly spherical: PathTrack;
  readonly step: number;
}

/** The frames of a path. */
export interface PathTrack {
  readonly points: readonly (readonly number[])[];
  readonly pictures: Pictures;
  /** log N(z; 0, I) of each frame, in nats. */
  readonly priorDensity: readonly number[];
}

/** `mean:3` is the posterior mean in a dimension, `pc:0` the first principal component, `norm` the length of the mean. */
export type LatentColumn = 'elbo' | 'reconstruction' | 'kl' | 'norm' | `mean:${number}` | `pc:${number}`;

/** All lists are in the order of `ids`. */
export interface Latents {
  readonly ids: readonly string[];
  /** Null if the dataset has no labels. */
  readonly labels: readonly (string | null)[] | null;
  readonly splits: readonly ('train' | 'validation' | 'test')[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly step: number;
}

export interface EvaluateOptions {
  /** `test` if absent. */
  readonly split?: 'train' | 'validation' | 'test';
  /** Draws per image for the importance-weighted bound; none if absent. */
  readonly importance?: number;
  /** Maximum images, spread evenly. */
  readonly limit?: number;
}

export interface Evaluation {
  readonly split: string;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Of `elbo`, over images. */
  readonly standardError: number;
  readonly count: number;
  /** Likelihood and binarisation: bounds with different labels cannot be compared. */
  readonly label: string;
  readonly importance: { readonly k: number; readonly value: number } | null;
  readonly step: number;
}

/** Images with a label, with a tag, by their ids, or all that are not in the other set. */
export type ImageSet =
  | { readonly label: string }
  | { readonly tag: string }
  | { readonly ids: readonly string[] }
  | { readonly rest: true };

export interface Directions {
  /** Returns the directions saved beside the run. */
  list(run: Uri): Promise<readonly SavedDirection[]>;
  /** Computes the direction from one set of images to another; saves it where it gets a name. */
  make(
    run: Uri,
    from: ImageSet,
    to: ImageSet,
    options?: { readonly name?: string; readonly seed?: number },
  ): Promise<Direction>;
  /** Moves an image file, or the origin, along a saved direction: 0 is level with its start, 1 with its end. */
  apply(run: Uri, direction: string, places: readonly number[], image?: Uri): Promise<AppliedDirection>;
}

export interface Direction {
  /** Nz numbers each: the mean of the first set, and the way to that of the second. */
  readonly start: readonly number[];
  readonly vector: readonly number[];
  /** Number of images of each set. */
  readonly counts: readonly [number, number];
  readonly step: number;
}

export interface SavedDirection extends Direction {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Name of the folder of the run that it was made with. */
  readonly run: string;
}

export interface AppliedDirection {
  readonly points: readonly (readonly number[])[];
  readonly pictures: Pictures;
  /** Whether the direction was made with these weights. */
  readonly sameWeights: boolean;
  readonly step: number;
}

export interface ExportOptions {
  /** As `--format` of `vae export`; `onnx` if absent. */
  readonly format?: string;
  /** As `--images`, for the format `html`: `sample`, `all` or `none`; `sample` if absent. */
  readonly images?: string;
  /** As `--table`, for the format `latents`: `parquet`, `csv` or `npz`; `parquet` if absent. */
  readonly table?: string;
  /** Folder to write into; absent for `export` in the run folder. */
  readonly folder?: Uri;
  /** Whether files that are there may be replaced. */
  readonly overwrite?: boolean;
}
