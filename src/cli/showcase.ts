import type { Dataset, Split } from '../datasets/dataset';
import { representativeRows } from '../datasets/sampling/representative-rows';
import { decodePictures } from '../model/decode';
import { manifold, samplePrior } from '../model/manifold';
import type { Model } from '../model/model';
import type { Pictures } from '../domain/pictures';
import { resultPath, writePng } from './files';
import { interpolateImages, mainDimensions } from './latent';
import { enlargedIfSmall, intoRowPairs, intoRows, slicePictures, tileRows } from '../images/tiles';
import type { Picture } from '../images/tiles';

/** Columns in a grid of images. */
const PICTURE_COLUMNS = 12;
const MANIFOLD_SIDE = 20;
const PATH_FRAMES = 11;

/** Returns images of `dataset` by index, as pictures. */
function picturesOf(dataset: Dataset, rows: ArrayLike<number>): Pictures {
  const { width, height, channels } = dataset.shape;
  return { width, height, channels, count: rows.length, bytes: dataset.images.gather(rows) };
}

/** Tiles originals above their reconstructions (decoded posterior means), in pairs of rows. */
async function reconstructions(model: Model, originals: Pictures): Promise<Picture> {
  const { mean } = await model.session.encode(originals.bytes, originals.count);
  const decoded = await decodePictures(model, mean, originals.count);
  return tileRows(intoRowPairs(originals, decoded, PICTURE_COLUMNS), 2);
}

/** Tiles straight paths between pairs of images, one per row. */
async function paths(model: Model, images: Pictures, count: number): Promise<Picture> {
  const rows: Pictures[] = [];
  for (let i = 0; i < count; i++) {
    const [from, to] = [slicePictures(images, 2 * i, 2 * i + 1), slicePictures(images, 2 * i + 1, 2 * i + 2)];
    rows.push((await interpolateImages(model, [from.bytes, to.bytes], PATH_FRAMES)).linear);
  }
  return tileRows(rows, 2);
}

/** Returns an image of each class among `rows`, in the order of the classes, or ten if there are no classes. */
function onePerClass(dataset: Dataset, rows: Uint32Array, seed: number): number[] {
  const { labels } = dataset;
  if (!labels) return Array.from(representativeRows(dataset, rows, 10, seed));
  const labelled = rows.filter((row) => labels.values[row]! >= 0);
  const classes = new Set(Array.from(labelled, (row) => labels.values[row]!)).size;
  const one = Array.from(representativeRows(dataset, labelled, classes, seed));
  return one.sort((a, b) => labels.values[a]! - labels.values[b]!);
}

export interface Showcase {
  /** Files written, the most interesting first. */
  readonly pictures: readonly string[];
  /** Single images of the dataset as files, for trying out encoding; empty if the dataset already consists of files. */
  readonly images: readonly string[];
  /** Latent dimensions that the manifold shows. */
  readonly manifoldDimensions: readonly [number, number];
}

/** Writes PNG files that show what the model learnt, to `pictures/` and `images/` in the run folder. */
export async function writeShowcase(
  model: Model,
  dataset: Dataset,
  split: Split,
  folder: string,
): Promise<Showcase> {
  const { height } = model.shape;
  const { seed } = model.config.data.split;
  const test = picturesOf(dataset, representativeRows(dataset, split.test, 3 * PICTURE_COLUMNS, seed));
  const samples = await samplePrior(model, PICTURE_COLUMNS * PICTURE_COLUMNS, 0);
  const manifoldDimensions = await mainDimensions(model, folder);
  const grid = await manifold(model, MANIFOLD_SIDE, manifoldDimensions);
  const pairs = Math.min(6, Math.floor(test.count / 2));
  const whole: [string, Picture][] = [
    ['reconstructions.png', await reconstructions(model, test)],
    ['samples.png', tileRows(intoRows(samples, PICTURE_COLUMNS), 2)],
    ['manifold.png', tileRows(intoRows(grid, MANIFOLD_SIDE), 1)],
  ];
  if (pairs > 0) whole.push(['interpolation.png', await paths(model, test, pairs)]);
  const pictures: string[] = [];
  for (const [name, picture] of whole) {
    pictures.push(await resultPath(folder, 'pictures', name));
    await writePng(pictures.at(-1)!, enlargedIfSmall(picture, height));
  }
  const images = dataset.source.kind === 'folder' ? [] : await writeImages(dataset, split, folder, seed);
  return { pictures, images, manifoldDimensions };
}

async function writeImages(dataset: Dataset, split: Split, folder: string, seed: number): Promise<string[]> {
  const files: string[] = [];
  for (const row of onePerClass(dataset, split.test, seed)) {
    const label = dataset.labels?.names[dataset.labels.values[row]!] ?? 'image';
    files.push(await resultPath(folder, 'images', `${label.replace(/[^\w-]+/g, '-')}-${row}.png`));
    await writePng(files.at(-1)!, picturesOf(dataset, [row]));
  }
  return files;
}
