import type { RgbaImage } from './image';
import { turnUpright } from './orientation';
import { tiffLayoutOf } from './tiff-layout';
import type { TiffLayout } from './tiff-layout';
import { rangeOfSamples, sampleReader } from './tiff-samples';
import { expandSegment } from './tiff-segments';
import type { StoredScale } from '../stored-scale';
import { DataError } from '../data-error';

/**
 * Decodes the first page of a TIFF: grey or RGB of whole or floating-point numbers of up to 64 bits, palette or CMYK, in
 * strips or tiles.
 * @param scale brings more than 8 bits to bytes; without it, the upper eight of 16 bits are kept, and other types are
 * not supported
 * @throws DataError if it is truncated, broken or unsupported
 */
export function decodeTiff(bytes: Uint8Array, scale?: StoredScale): RgbaImage {
  const layout = tiffLayoutOf(bytes, scale !== undefined);
  const { width, height, across, down, planes } = layout;
  const data = new Uint8Array(width * height * 4);
  const convert = sampleConverter(layout, scale);
  const read = sampleReader({ ...layout, count: layout.segmentWidth * layout.interleaved });
  let segment = 0;
  for (const firstSample of planes) {
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++, segment++) {
        const { lines, rows, line } = expanded(bytes, layout, { segment, row });
        for (let y = 0; y < rows; y++) {
          const samples = read(lines.subarray(y * line, (y + 1) * line));
          placeLine(samples, layout, { firstSample, row, column, y }, convert, data);
        }
      }
    }
  }
  toRgba(data, layout);
  return turnUpright({ width, height, data }, layout.orientation);
}

/** Returns the uncompressed lines of a strip or tile, their length in bytes, and how many lie inside the image. */
function expanded(
  bytes: Uint8Array,
  layout: TiffLayout,
  { segment, row }: { readonly segment: number; readonly row: number },
) {
  const { height, segmentWidth, segmentHeight, interleaved, bits } = layout;
  const rows = Math.min(segmentHeight, height - row * segmentHeight);
  const line = Math.ceil((segmentWidth * interleaved * bits) / 8);
  const start = layout.offsets[segment]!;
  const end = start + layout.byteCounts[segment]!;
  if (end > bytes.length) {
    throw new DataError(`truncated TIFF: ${bytes.length} bytes, expected ${end} or more`);
  }
  const lines = expandSegment(bytes.subarray(start, end), layout.compression, line * segmentHeight);
  if (lines.length < line * rows) {
    throw new DataError(`broken TIFF: a part of ${lines.length} bytes, expected ${line * rows}`);
  }
  return { lines, rows, line };
}

interface Place {
  readonly firstSample: number;
  /** Row and column of the strip or tile. */
  readonly row: number;
  readonly column: number;
  /** Line in it. */
  readonly y: number;
}

/** Null for samples that are bytes already. */
type Convert = ((value: number | bigint, channel: number) => number) | null;

/** Converts the samples of a line of a strip or tile, and copies them to the RGBA positions of their pixels. */
function placeLine(
  samples: ArrayLike<number | bigint>,
  layout: TiffLayout,
  { firstSample, row, column, y }: Place,
  convert: Convert,
  data: Uint8Array,
): void {
  const { width, segmentWidth, segmentHeight, interleaved } = layout;
  const left = column * segmentWidth;
  const columns = Math.min(segmentWidth, width - left);
  const to = 4 * ((row * segmentHeight + y) * width + left);
  for (let sample = 0; sample < interleaved; sample++) {
    const channel = channelOf(layout, firstSample + sample);
    if (channel < 0) continue;
    for (let x = 0, from = sample; x < columns; x++, from += interleaved)
      data[to + 4 * x + channel] = convert ? convert(samples[from]!, channel) : Number(samples[from]!);
  }
}

/** Returns how samples become bytes: palette indices stay as they are. */
function sampleConverter({ bits, numbers, colours }: TiffLayout, scale?: StoredScale): Convert {
  if (bits === 16 && (colours === 'cmyk' || (numbers === 'unsigned' && !scale)))
    return (value) => Number(value) >> 8;
  if (bits <= 8 && numbers === 'unsigned') {
    if (colours === 'palette' || bits === 8) return null;
    const most = 2 ** bits - 1;
    return (value) => Math.floor((Number(value) * 255) / most);
  }
  if (!scale) {
    const got = `${numbers} numbers of ${bits} bits`;
    throw new DataError(`TIFF with ${got}, which a run of an earlier version does not read; save it as PNG`);
  }
  scale.begin(numbers === 'float', rangeOfSamples(numbers, bits));
  // Opacity is the fourth channel. CMYK, whose fourth is black, does not come here.
  return (value, channel) => (channel === 3 ? scale.toOpacity(Number(value)) : scale.toByte(Number(value)));
}

/** Returns which of a pixel's four bytes stores a sample; -1 if none. */
function channelOf({ colourSamples, alpha }: TiffLayout, sample: number): number {
  if (sample < colourSamples) return sample;
  return sample === alpha && colourSamples < 4 ? 3 : -1;
}

/** Converts samples to red, green, blue and alpha, in place. */
function toRgba(data: Uint8Array, layout: TiffLayout): void {
  const { colours, colourMap, alpha, premultiplied } = layout;
  const third = colourMap.length / 3;
  for (let i = 0; i < data.length; i += 4) {
    const sample = data[i]!;
    switch (colours) {
      case 'white is zero':
        data[i] = data[i + 1] = data[i + 2] = 255 - sample;
        break;
      case 'black is zero':
        data[i + 1] = data[i + 2] = sample;
        break;
      case 'palette':
        for (let c = 0; c < 3; c++) data[i + c] = colourMap[c * third + sample]! >> 8;
        break;
      case 'cmyk': {
        const light = 255 - data[i + 3]!;
        for (let c = 0; c < 3; c++) data[i + c] = Math.round(((255 - data[i + c]!) * light) / 255);
        data[i + 3] = 255;
        break;
      }
      case 'rgb':
    }
    if (alpha < 0) data[i + 3] = 255;
    else if (colours === 'cmyk') continue;
    else if (premultiplied && data[i + 3]! > 0) {
      const opacity = data[i + 3]!;
      for (let c = 0; c < 3; c++) data[i + c] = Math.min(255, Math.round((data[i + c]! * 255) / opacity));
    }
  }
}
