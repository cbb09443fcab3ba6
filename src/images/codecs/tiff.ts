import type { RgbaImage } from './image';
import { turnUpright } from './orientation';
import { tiffLayoutOf } from './tiff-layout';
import type { TiffLayout } from './tiff-layout';
import { expandSegment } from './tiff-segments';
import { DataError } from '../data-error';

/**
 * Decodes the first page of a TIFF: grey, RGB, palette or CMYK with up to 16 bits per sample, in strips or tiles. Keeps the
 * upper eight of 16 bits, as for PNG.
 * @throws DataError if it is truncated, broken or unsupported
 */
export function decodeTiff(bytes: Uint8Array): RgbaImage {
  const layout = tiffLayoutOf(bytes);
  const { width, height, across, down, planes } = layout;
  const data = new Uint8Array(width * height * 4);
  let segment = 0;
  for (const firstSample of planes) {
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++, segment++) {
        placeSegment(bytes, layout, { segment, firstSample, row, column }, data);
      }
    }
  }
  toRgba(data, layout);
  return turnUpright({ width, height, data }, layout.orientation);
}

interface Place {
  readonly segment: number;
  readonly firstSample: number;
  readonly row: number;
  readonly column: number;
}

/** Copies the unconverted samples of a strip or tile to the RGBA positions of their pixels. */
function placeSegment(bytes: Uint8Array, layout: TiffLayout, place: Place, data: Uint8Array): void {
  const { width, height, segmentWidth, segmentHeight, interleaved, bits } = layout;
  const top = place.row * segmentHeight;
  const left = place.column * segmentWidth;
  const rows = Math.min(segmentHeight, height - top);
  const columns = Math.min(segmentWidth, width - left);
  const line = Math.ceil((segmentWidth * interleaved * bits) / 8);
  const start = layout.offsets[place.segment]!;
  const end = start + layout.byteCounts[place.segment]!;
  if (end > bytes.length) {
    throw new DataError(`truncated TIFF: ${bytes.length} bytes, expected ${end} or more`);
  }
  const lines = expandSegment(bytes.subarray(start, end), layout.compression, line * segmentHeight);
  if (lines.length < line * rows) {
    throw new DataError(`broken TIFF: a part of ${lines.length} bytes, expected ${line * rows}`);
  }
  const samples = new Uint16Array(segmentWidth * interleaved);
  for (let y = 0; y < rows; y++) {
    readSamples(lines.subarray(y * line, (y + 1) * line), layout, samples);
    const to = 4 * ((top + y) * width + left);
    for (let sample = 0; sample < interleaved; sample++) {
      const channel = channelOf(layout, place.firstSample + sample);
      if (channel < 0) continue;
      for (let x = 0; x < columns; x++) data[to + 4 * x + channel] = samples[x * interleaved + sample]!;
    }
  }
}

/** Returns which of a pixel's four bytes stores a sample; -1 if none. */
function channelOf({ colourSamples, alpha }: TiffLayout, sample: number): number {
  if (sample < colourSamples) return sample;
  return sample === alpha && colourSamples < 4 ? 3 : -1;
}

/** Reads the samples of a line, scaled to 0 to 255; palette indices stay unscaled. */
function readSamples(line: Uint8Array, layout: TiffLayout, samples: Uint16Array): void {
  const { bits, interleaved, littleEndian } = layout;
  const count = samples.length;
  if (bits === 16) {
    const [low, high] = littleEndian ? [0, 1] : [1, 0];
    for (let i = 0; i < count; i++) samples[i] = line[2 * i + low]! | (line[2 * i + high]! << 8);
  } else if (bits === 8) samples.set(line.subarray(0, count));
  else {
    const mask = (1 << bits) - 1;
    for (let i = 0; i < count; i++) {
      samples[i] = (line[(i * bits) >> 3]! >> (8 - bits - ((i * bits) & 7))) & mask;
    }
  }
  if (layout.differenced) {
    const mask = bits === 16 ? 0xffff : 0xff;
    for (let i = interleaved; i < count; i++) samples[i] = (samples[i]! + samples[i - interleaved]!) & mask;
  }
  if (layout.colours === 'palette' || bits === 8) return;
  if (bits === 16) for (let i = 0; i < count; i++) samples[i] = samples[i]! >> 8;
  else for (let i = 0; i < count; i++) samples[i] = (samples[i]! * 255) / ((1 << bits) - 1);
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
