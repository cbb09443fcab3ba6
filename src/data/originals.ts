import { fileURLToPath } from 'node:url';
import { decodeImage } from './codecs/decode';
import type { Dataset, DatasetSource } from './dataset';
import type { EncodedImage } from './encoded';
import { hasColour, headerOf, orNull } from './encoded-shape';
import { folderImages } from './folder';
import { withParquetImages } from './parquet-dataset';
import { RandomAccessFile } from './random-access';
import { ZipArchive } from './zip';
import { holdsArrays, zipImages } from './zip-dataset';

/** Pictures as they lie in their files, before they are brought to one shape. */
export interface Originals {
  /** Sizes in pixels with the number of pictures of each, the commonest first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly count: number }[];
  /** How many pictures were looked at for colour, and how many have some. */
  readonly looked: number;
  readonly coloured: number;
}

const COLOUR_SAMPLE = 200;

/** Sizes and colours of a dataset's pictures. Those that cannot be read are left out. */
export function originalsOf(dataset: Dataset, signal?: AbortSignal): Promise<Originals> {
  const { shape, count, source } = dataset;
  const own = { sizes: [{ width: shape.width, height: shape.height, count }], looked: count };
  const isOwn = { ...own, coloured: shape.channels === 3 ? count : 0 };
  return withEncoded(source, signal, (images) => (images ? look(images, signal) : Promise.resolve(isOwn)));
}

/** The pictures of a source, for as long as `use` takes; null where it holds arrays of pixels. */
async function withEncoded<T>(
  source: DatasetSource,
  signal: AbortSignal | undefined,
  use: (images: readonly Pick<EncodedImage, 'read'>[] | null) => Promise<T>,
): Promise<T> {
  switch (source.kind) {
    case 'digits':
    case 'idx':
    case 'npy':
      return use(null);
    case 'folder':
      return use((await folderImages(fileURLToPath(source.uri), source, signal)).images);
    case 'zip':
      return RandomAccessFile.use(fileURLToPath(source.uri), async (file) => {
        const archive = await ZipArchive.open(file, signal);
        return use(holdsArrays(archive) ? null : zipImages(archive, source).images);
      });
    case 'parquet':
      return withParquetImages(fileURLToPath(source.uri), signal, (images) => use(images));
  }
}

async function look(images: readonly Pick<EncodedImage, 'read'>[], signal?: AbortSignal): Promise<Originals> {
  const sizes = new Map<string, { width: number; height: number; count: number }>();
  const step = Math.max(1, images.length / COLOUR_SAMPLE);
  let [next, looked, coloured] = [0, 0, 0];
  for (const [i, image] of images.entries()) {
    signal?.throwIfAborted();
    const header = await headerOf(image);
    if (header) {
      const key = `${header.width}x${header.height}`;
      const { width, height } = header;
      sizes.set(key, { width, height, count: (sizes.get(key)?.count ?? 0) + 1 });
    }
    if (!header || i < next) continue;
    next += step;
    const picture = await orNull(async () => decodeImage(await image.read()));
    if (!picture) continue;
    looked++;
    if (hasColour(picture.data)) coloured++;
  }
  return { sizes: [...sizes.values()].sort((a, b) => b.count - a.count), looked, coloured };
}
