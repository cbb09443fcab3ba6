import { listExamples } from '../list-examples';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { ImageFile } from '../../images/image-file';
import type { ImageShape } from '../../images/image-shape';
import type { Fit } from '../../domain/reading';
import { croppedShare } from '../../images/resize';
import type { CommonSize } from './suggest-shape';
import type { ImageSizes } from './survey';

const MAX_EXAMPLES = 3;
/** Above this mean loss, other ways to fit the images are advised. */
const LARGE_SHARE = 0.1;

/** Says which images have another size than nearly all. */
export function oddSizeNotes(
  images: readonly ImageFile[],
  { widths, heights }: ImageSizes,
  { width, height, odd }: CommonSize,
): DatasetNote[] {
  if (odd.length === 0) return [];
  const examples = odd.slice(0, MAX_EXAMPLES).map((i) => `${images[i]!.id} (${widths[i]} × ${heights[i]})`);
  const are = odd.length === 1 ? 'images is' : 'images are';
  const text =
    `${odd.length} of ${images.length} ${are} not of ${width} × ${height} pixels like the others, and brought to ` +
    `that size: ${listExamples(examples, odd.length)}`;
  return [{ subject: 'sizes', level: 'info', text }];
}

/** The share of images that is cropped. */
interface CropLoss {
  /** Over all images, from 0 to 1. */
  readonly mean: number;
  readonly greatest: number;
  /** An image that loses most. */
  readonly example: string;
}

/** Says what share of the images is cropped to their shape, if any. */
export function cropNotes(loss: CropLoss | null, shape: ImageShape, fit: Fit = 'crop'): DatasetNote[] {
  if (fit !== 'crop' || loss === null || loss.greatest === 0) return [];
  const { mean, greatest, example } = loss;
  const isLarge = mean > LARGE_SHARE;
  const advice = isLarge ? '; data.fit=pad keeps all of each image, with borders' : '';
  const text =
    `cropping to the shape of ${shape.width} × ${shape.height} pixels loses ${percent(mean)} of the images on average, ` +
    `at most ${percent(greatest)} (${example})${advice}`;
  return [{ subject: 'sizes', level: isLarge ? 'warning' : 'info', text }];
}

/** Returns what cropping to a shape loses of images; null if no size is known. */
export function cropLoss(
  images: readonly ImageFile[],
  { widths, heights }: ImageSizes,
  isUsed: (index: number) => boolean,
  shape: ImageShape,
): CropLoss | null {
  let [sum, count, greatest] = [0, 0, -1];
  let example = '';
  images.forEach(({ id }, i) => {
    if (widths[i] === 0 || heights[i] === 0 || !isUsed(i)) return;
    const share = croppedShare({ width: widths[i]!, height: heights[i]! }, shape);
    sum += share;
    count++;
    if (share <= greatest) return;
    greatest = share;
    example = id;
  });
  return count === 0 ? null : { mean: sum / count, greatest, example };
}

const percent = (share: number): string => {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return 'less than 0.1 %';
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
};
