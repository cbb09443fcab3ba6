import type { Dataset } from '../../datasets/dataset';
import { encodePng } from '../../images/codecs/png-encode';
import type { ImageShape } from '../../images/image-shape';
import { resample } from '../../images/resize';
import { float32Text } from '../../text/float32-text';
import type { LatentsTable, TableColumn } from '../latents/table';

/** Points that the projector can lay out by t-SNE. */
export const MAX_POINTS = 10_000;
/** Side of a thumbnail at most: with so many, TensorBoard reads a sprite of up to 8,192 pixels. */
const MAX_SIDE = 48;
/** Thumbnails of images in a square grid, row by row. */
interface Sprite {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Makes vectors.tsv: the posterior means of some images, a line each. */
export function vectorsTsv({ columns }: LatentsTable, rows: Uint32Array): string {
  const mean = columns.find((column) => column.name === 'mean' && column.kind === 'vector');
  if (mean?.kind !== 'vector') throw new Error('a table without means');
  const { width, values } = mean;
  return lines(rows, (row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), float32Text).join('\t'),
  );
}

/** Makes metadata.tsv: id, label, split, tags, bound and the dataset's own columns, below a line of names. */
export function metadataTsv({ columns }: LatentsTable, rows: Uint32Array): string {
  const shown = columns.filter(({ kind, name }) => kind !== 'vector' && name !== 'path');
  const header = shown.map(({ name }) => plain(name)).join('\t');
  return `${header}\n${lines(rows, (row) => shown.map((column) => plain(cell(column, row))).join('\t'))}`;
}

const lines = (rows: Uint32Array, line: (row: number) => string): string =>
  `${Array.from(rows, line).join('\n')}\n`;

function cell(column: TableColumn, row: number): string {
  switch (column.kind) {
    case 'text':
      return column.values[row] ?? '';
    case 'texts':
      return column.values[row]!.join(', ');
    case 'number': {
      const value = column.values[row]!;
      if (Number.isNaN(value)) return '';
      return column.values instanceof Float32Array ? float32Text(value) : String(value);
    }
    case 'vector':
      throw new Error(`${column.name}: a vector is not text`);
    default:
      return column satisfies never;
  }
}

/** Separators of lines and columns cannot be quoted in these files. */
const plain = (text: string): string => text.replace(/[\s\0\u0085]+/g, ' ');

/** Draws thumbnails of images of a dataset. @param rows of the dataset; -1 for one that it lacks, which stays black */
export function spriteOf(dataset: Dataset, rows: readonly number[]): Sprite {
  const { width, height, channels } = dataset.shape;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const thumbnail: ImageShape = { width: side(width), height: side(height), channels };
  const columns = Math.ceil(Math.sqrt(rows.length));
  const line = columns * thumbnail.width * channels;
  const bytes = new Uint8Array(line * columns * thumbnail.height);
  rows.forEach((row, i) => {
    if (row < 0) return;
    const pixels = resample(dataset.images.gather([row]), dataset.shape, thumbnail, {
      fit: 'stretch',
      background: 'black',
    });
    const left = (i % columns) * thumbnail.width * channels;
    const top = Math.floor(i / columns) * thumbnail.height;
    for (let y = 0; y < thumbnail.height; y++) {
      const from = y * thumbnail.width * channels;
      bytes.set(pixels.subarray(from, from + thumbnail.width * channels), (top + y) * line + left);
    }
  });
  const whole = { width: columns * thumbnail.width, height: columns * thumbnail.height, channels };
  return {
    png: encodePng({ ...whole, bytes }),
    width: thumbnail.width,
    height: thumbnail.height,
  };
}

/** Makes projector_config.pbtxt, by which TensorBoard finds the other files, which lie beside it. */
export function projectorConfig(count: number, dimensions: number, sprite: Sprite | null): string {
  const picture =
    sprite === null
      ? ''
      : `  sprite {
    image_path: "sprite.png"
    single_image_dim: ${sprite.width}
    single_image_dim: ${sprite.height}
  }
`;
  return `embeddings {
  tensor_name: "posterior means"
  tensor_shape: ${count}
  tensor_shape: ${dimensions}
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
${picture}}
`;
}
