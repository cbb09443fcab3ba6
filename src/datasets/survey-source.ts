import { withDecoder } from '../images/decoding/decoder';
import { TimeBudget } from '../images/decoding/time-budget';
import type { ImageShape } from '../images/image-shape';
import type { DatasetSource } from './dataset';
import { DIGIT_SHAPE } from './digits/digits';
import { DECODING_BUDGET } from './image-files/load-image-files';
import { cropLoss } from './image-files/size-notes';
import { coloursOf, commonSize, largestCommonSide, ownShape } from './image-files/suggest-shape';
import { surveyFiles } from './image-files/survey';
import { loadDataset, readingOf } from './load';
import { requestedShape } from './load-options';
import type { LoadOptions } from './load-options';
import { withEncoded } from './source-statistics';

/** What can be said about a dataset without decoding all of its images. */
export interface SourceSurvey {
  /** Number of images, also of those that turn out to be unusable. */
  readonly count: number;
  /** The most frequent size of the original images in pixels; null if no size is known. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Number of different sizes. */
  readonly sizes: number;
  readonly colour: boolean;
  /** Paths of the images in a folder or an archive, as tables name them; empty for arrays and the built-in digits. */
  readonly paths: readonly string[];
  /** Returns the shape in which a run with these options would see the images, if all of them are usable. */
  shapeFor(options: LoadOptions): ImageShape;
  /** Returns the mean share of the images that is lost if they are cropped to a shape, from 0 to 1; 0 for arrays. */
  croppedTo(shape: ImageShape): number;
}

/**
 * Reads the headers of the images, and decodes some to see whether they have colour. Arrays are loaded.
 * @throws DataError if the dataset cannot be read or has no images; the abort reason
 */
export async function surveySource(source: DatasetSource, options: LoadOptions): Promise<SourceSurvey> {
  if (source.kind === 'digits') return surveyOfArray(source.count, DIGIT_SHAPE);
  const found = await withEncoded(source, options, async (files) => {
    if (files === null) return null;
    const reading = readingOf(source);
    const { images, sizes } = await surveyFiles(files, reading, options.signal);
    const time = new TimeBudget({ place: 'the images', work: 'decoding them', ...DECODING_BUDGET });
    const channels = await withDecoder(options.threads ?? 1, time, (decoder) =>
      coloursOf(images, decoder, { ...options, reading }),
    );
    const counts = new Map<string, number>();
    for (const [i, width] of sizes.widths.entries()) {
      const key = `${width}x${sizes.heights[i]!}`;
      if (width > 0) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const most = [...counts].sort(([, a], [, b]) => b - a)[0];
    const [width = 0, height = 0] = most?.[0].split('x').map(Number) ?? [];
    const survey: SourceSurvey = {
      count: images.length,
      size: most ? { width, height } : null,
      sizes: counts.size,
      colour: channels === 3,
      paths: images.map(({ path }) => path),
      shapeFor(asked) {
        const isKnown = asked.width !== undefined || asked.height !== undefined;
        const common = isKnown ? undefined : commonSize(sizes, () => true, largestCommonSide(asked));
        return requestedShape(ownShape(common, asked.channels ?? channels, asked), asked);
      },
      croppedTo: (shape) => cropLoss(images, sizes, () => true, shape)?.mean ?? 0,
    };
    return survey;
  });
  if (found) return found;
  const { count, shape } = await loadDataset(source, options);
  return surveyOfArray(count, shape);
}

function surveyOfArray(count: number, own: ImageShape): SourceSurvey {
  return {
    ...{ count, size: own, sizes: 1, colour: own.channels === 3, paths: [] },
    shapeFor: (options) => requestedShape(own, options),
    croppedTo: () => 0,
  };
}
