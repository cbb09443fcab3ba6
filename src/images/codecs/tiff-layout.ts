import { MAX_MEGAPIXELS } from './image';
import type { ImageHeader } from './image';
import { isSideways } from './orientation';
import { TiffDirectory } from './tiff-directory';
import { SAMPLE_BITS } from './tiff-samples';
import type { TiffNumbers } from './tiff-samples';
import { DataError } from '../data-error';

/** Meaning of the first samples of a pixel, by PhotometricInterpretation. */
const COLOURS = { 0: 'white is zero', 1: 'black is zero', 2: 'rgb', 3: 'palette', 5: 'cmyk' } as const;
type TiffColours = (typeof COLOURS)[keyof typeof COLOURS];
const COLOUR_SAMPLES: Readonly<Record<TiffColours, number>> = {
  'white is zero': 1,
  'black is zero': 1,
  rgb: 3,
  palette: 1,
  cmyk: 4,
};

const MAX_SAMPLES_PER_PIXEL = 16;
const SEPARATE_PLANES = 2;

/** Storage layout of a TIFF's pixels, in strips or tiles; both are called segments here. */
export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly colours: TiffColours;
  /** Samples that make up the colour of a pixel; any further samples are extra. */
  readonly colourSamples: number;
  /** Index of the opacity sample; -1 if none. */
  readonly alpha: number;
  /** Whether colours are already multiplied by opacity. */
  readonly premultiplied: boolean;
  readonly bits: number;
  readonly numbers: TiffNumbers;
  /** Samples per pixel that are stored side by side in a segment. */
  readonly interleaved: number;
  /** Index of the first sample in each plane of segments. */
  readonly planes: readonly number[];
  readonly segmentWidth: number;
  readonly segmentHeight: number;
  readonly across: number;
  readonly down: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  readonly compression: number;
  /** 1 none, 2 horizontal differences, 3 those of the bytes of floating-point numbers. */
  readonly predictor: number;
  readonly littleEndian: boolean;
  /** 16-bit palette: all reds, then all greens, then all blues. */
  readonly colourMap: readonly number[];
}

/** Reads size and memory needs; null if the directory extends beyond the given bytes. @throws DataError as `layoutOf` */
export function readTiffHeader(bytes: Uint8Array): ImageHeader | null {
  const directory = TiffDirectory.read(bytes);
  if (!directory) return null;
  const [width, height] = [directory.one('imageWidth', 0), directory.one('imageLength', 0)];
  const orientation = directory.one('orientation', 1);
  const [samples, bits] = [directory.one('samplesPerPixel', 1), directory.one('bitsPerSample', 1)];
  // The image, its rotated copy, the largest segment and a line of it. A tile may be larger than the image, a strip is at
  // most all of it.
  const segment = Math.max(width * height, directory.one('tileWidth', 0) * directory.one('tileLength', 0));
  const line = Math.max(width, directory.one('tileWidth', 0));
  const memory = width * height * 8 + segment * samples * (bits / 8) + line * samples * Math.max(2, bits / 4);
  return isSideways(orientation) ? { width: height, height: width, memory } : { width, height, memory };
}

/**
 * Reads and checks the pixel layout.
 * @param guessesOpacity whether a fourth sample of which the file does not say what it is counts as opacity, as most programs
 * have it; by the rules 1 it is ignored
 * @throws DataError if the file is truncated, inconsistent or unsupported
 */
export function tiffLayoutOf(bytes: Uint8Array, guessesOpacity: boolean): TiffLayout {
  const directory = TiffDirectory.read(bytes);
  if (!directory) throw new DataError(`truncated TIFF: the file ends after ${bytes.length} bytes`);
  const [width, height] = [directory.one('imageWidth', 0), directory.one('imageLength', 0)];
  const photometric = directory.one('photometric', -1);
  const colours = COLOURS[photometric as keyof typeof COLOURS];
  if (colours === undefined) throw unread(`colours of the kind ${photometric}`, 'grey, RGB, palette or CMYK');
  const { bits, numbers } = checkedSamples(directory, colours);
  const samples = directory.one('samplesPerPixel', 1);
  const colourSamples = COLOUR_SAMPLES[colours];
  if (samples < colourSamples || samples > MAX_SAMPLES_PER_PIXEL) {
    throw new DataError(
      `broken TIFF: ${samples} samples a pixel, expected ${colourSamples} to ${MAX_SAMPLES_PER_PIXEL}`,
    );
  }
  if (directory.one('fillOrder', 1) !== 1) throw unread('bits in reverse order', 'the usual order');
  const predictor = directory.one('predictor', 1);
  const predictors = bits % 8 !== 0 ? [1] : numbers === 'float' ? [1, 2, 3] : [1, 2];
  if (!predictors.includes(predictor)) throw unread(`the predictor ${predictor}`, predictors.join(' or '));
  const extraSamples = directory.all('extraSamples');
  const isUnsaid = guessesOpacity && extraSamples.length === 0 && colours === 'rgb' && samples === 4;
  const extra = isUnsaid ? 0 : extraSamples.findIndex((kind) => kind === 1 || kind === 2);
  const separate = directory.one('planarConfiguration', 1) === SEPARATE_PLANES && samples > 1;
  const tiled = directory.all('tileOffsets').length > 0;
  const segmentWidth = tiled ? directory.one('tileWidth', 0) : width;
  const segmentHeight = tiled
    ? directory.one('tileLength', 0)
    : Math.min(height, directory.one('rowsPerStrip', height));
  if (segmentWidth < 1 || segmentHeight < 1) {
    throw new DataError(`broken TIFF: parts of ${segmentWidth} × ${segmentHeight} pixels`);
  }
  const across = Math.ceil(width / segmentWidth);
  const down = Math.ceil(height / segmentHeight);
  if (across * segmentWidth * down * segmentHeight > 2e6 * MAX_MEGAPIXELS) {
    throw new DataError(
      `broken TIFF: tiles of ${segmentWidth} × ${segmentHeight} for ${width} × ${height} pixels`,
    );
  }
  const planes = separate ? Array.from({ length: samples }, (_, sample) => sample) : [0];
  const layout: TiffLayout = {
    ...{ width, height, orientation: directory.one('orientation', 1), colours, colourSamples, bits, numbers },
    alpha: extra < 0 ? -1 : colourSamples + extra,
    premultiplied: extraSamples[extra] === 1,
    ...{ interleaved: separate ? 1 : samples, planes, segmentWidth, segmentHeight, across, down },
    offsets: directory.all(tiled ? 'tileOffsets' : 'stripOffsets'),
    byteCounts: directory.all(tiled ? 'tileByteCounts' : 'stripByteCounts'),
    compression: directory.one('compression', 1),
    predictor,
    littleEndian: directory.littleEndian,
    colourMap: directory.all('colorMap'),
  };
  const segments = across * down * planes.length;
  if (layout.offsets.length < segments || layout.byteCounts.length < segments) {
    const got = Math.min(layout.offsets.length, layout.byteCounts.length);
    throw new DataError(`broken TIFF: it names ${got} strips or tiles, expected ${segments}`);
  }
  if (colours === 'palette' && layout.colourMap.length < 3 * 2 ** bits) {
    throw new DataError(
      `broken TIFF: a palette of ${layout.colourMap.length} values, expected ${3 * 2 ** bits}`,
    );
  }
  return layout;
}

/** SampleFormat: 4 means `undefined`; some writers use it for plain bytes. */
const NUMBERS: Readonly<Record<number, TiffNumbers>> = {
  1: 'unsigned',
  2: 'signed',
  3: 'float',
  4: 'unsigned',
};

/** Bits of colours that are no plain numbers. */
const COLOUR_BITS: Partial<Record<TiffColours, readonly number[]>> = {
  palette: [1, 2, 4, 8],
  cmyk: [1, 2, 4, 8, 16],
};

function checkedSamples(
  directory: TiffDirectory,
  colours: TiffColours,
): { readonly bits: number; readonly numbers: TiffNumbers } {
  const all = directory.all('bitsPerSample');
  const bits = all[0] ?? 1;
  if (all.some((other) => other !== bits)) throw unread(`${all.join(', ')} bits`, 'as many for each sample');
  const format = directory.one('sampleFormat', 1);
  const numbers = NUMBERS[format];
  const plain = COLOUR_BITS[colours];
  if (numbers === undefined || (plain && numbers !== 'unsigned')) {
    const expected = plain ? 'unsigned ones' : 'whole or floating-point ones';
    throw unread(`numbers of the kind ${format}`, expected);
  }
  const possible = plain ?? SAMPLE_BITS[numbers].filter((one) => colours !== 'rgb' || one >= 8);
  if (!possible.includes(bits)) throw unread(`${bits} bits a sample`, possible.join(', '));
  return { bits, numbers };
}

function unread(got: string, expected: string): DataError {
  return new DataError(`TIFF with ${got}: expected ${expected}; save it as PNG`);
}
