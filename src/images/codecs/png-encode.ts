import { deflateSync } from 'node:zlib';
import { encodePngChunk, PNG_SIGNATURE } from './png-chunks';
import type { ImageShape } from '../image-shape';

/** PNG colour types by number of channels: 0 is grey, 2 is RGB. */
const COLOUR_TYPES = { 1: 0, 3: 2 } as const;

/**
 * Encodes an image as an 8-bit PNG, grey or RGB. `bytes` is row-major, channels last.
 * @throws RangeError if the length of `bytes` does not match the shape
 */
export function encodePng(picture: ImageShape & { readonly bytes: Uint8Array }): Uint8Array {
  const { width, height, channels, bytes } = picture;
  const line = width * channels;
  if (bytes.length !== line * height) {
    throw new RangeError(`encodePng: got ${bytes.length} bytes, expected ${width} × ${height} × ${channels}`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = COLOUR_TYPES[channels];
  // Each line starts with its filter type; 0 means unfiltered.
  const lines = Buffer.alloc((line + 1) * height);
  for (let y = 0; y < height; y++) lines.set(bytes.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  return Buffer.concat([
    PNG_SIGNATURE,
    encodePngChunk('IHDR', header),
    encodePngChunk('IDAT', deflateSync(lines, { level: 9 })),
    encodePngChunk('IEND', Buffer.alloc(0)),
  ]);
}
