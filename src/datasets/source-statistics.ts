import { fileURLToPath } from 'node:url';
import type { Dataset, DatasetSource } from './dataset';
import { withDecoder } from '../images/decoding/decoder';
import { decodeInOrder } from '../images/decoding/decode-in-order';
import { DECODING_BUDGET } from './image-files/load-image-files';
import { spreadEvenly } from './image-files/suggest-shape';
import { surveyFiles } from './image-files/survey';
import { folderImages } from './image-files/folder';
import { readingOf } from './load';
import type { LoadOptions } from './load-options';
import { withParquetImages } from './parquet/parquet-dataset';
import { withTarImages } from './tar/tar-dataset';
import { RandomAccessFile } from './zip/random-access';
import { TimeBudget } from '../images/decoding/time-budget';
import { ZipArchive } from './zip/zip';
import { archiveImages } from './archive-images';
import { holdsArrays } from './zip/zip-dataset';
import type { ImageFile } from '../images/image-file';
import { imageReading } from '../domain/reading';

/** Statistics of the original images, before conversion to one shape. */
export interface SourceStatistics {
  /** Sizes in pixels with the number of images, most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly count: number }[];
  /** Number of images checked for colour; `coloured` of them have some. */
  readonly looked: number;
  readonly coloured: number;
}

const COLOUR_SAMPLE = 200;

/** Returns sizes and colours of a dataset's original images, without those that cannot be read. */
export function sourceStatistics(dataset: Dataset, options: LoadOptions): Promise<SourceStatistics> {
  const { shape, count, source } = dataset;
  const own = { sizes: [{ width: shape.width, height: shape.height, count }], looked: count };
  const isOwn = { ...own, coloured: shape.channels === 3 ? count : 0 };
  return withEncoded(source, options, (images) =>
    images ? look(images, { ...options, reading: readingOf(source) }) : Promise.resolve(isOwn),
  );
}

/** Provides the encoded images of a source while `use` runs; null if it contains arrays of pixels. */
export async function withEncoded<T>(
  source: DatasetSource,
  { cache, signal }: LoadOptions,
  use: (images: readonly ImageFile[] | null) => Promise<T>,
): Promise<T> {
  switch (source.kind) {
    case 'digits':
    case 'idx':
    case 'npy':
    case 'packed':
      return use(null);
    case 'folder':
      return use((await folderImages(fileURLToPath(source.uri), source, signal)).images);
    case 'zip':
      return RandomAccessFile.use(fileURLToPath(source.uri), async (file) => {
        const archive = await ZipArchive.open(file, signal);
        return use(holdsArrays(archive, source.rules) ? null : (await archiveImages(archive, source)).images);
      });
    case 'tar':
      return withTarImages(fileURLToPath(source.uri), source, { cache, signal }, ({ images }) => use(images));
    case 'parquet':
      return withParquetImages(fileURLToPath(source.uri), { reading: source, signal }, ({ images }) => {
        const out = new Set(source.leftOut);
        return use(images.filter(({ id }) => !out.has(id)));
      });
  }
}

async function look(
  files: readonly ImageFile[],
  { threads = 1, signal, reading = {} }: LoadOptions,
): Promise<SourceStatistics> {
  const { images, sizes: own } = await surveyFiles(files, reading, signal);
  const sizes = new Map<string, { width: number; height: number; count: number }>();
  for (const [i, width] of own.widths.entries()) {
    const height = own.heights[i]!;
    if (width === 0 || height === 0) continue;
    const key = `${width}x${height}`;
    sizes.set(key, { width, height, count: (sizes.get(key)?.count ?? 0) + 1 });
  }
  let looked = 0;
  let coloured = 0;
  const time = new TimeBudget({ place: 'the images', work: 'decoding them', ...DECODING_BUDGET });
  await withDecoder(threads, time, async (decoder) => {
    for await (const outcome of decodeInOrder(
      decoder,
      spreadEvenly(images, COLOUR_SAMPLE),
      { colour: imageReading(reading) },
      signal,
    )) {
      if ('problem' in outcome) continue;
      looked++;
      coloured += outcome.bytes[0]!;
    }
  });
  return { sizes: [...sizes.values()].sort((a, b) => b.count - a.count), looked, coloured };
}
