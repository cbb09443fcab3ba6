import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Blue, green, red and a byte that is not used, for each colour. */
  readonly palette?: readonly number[];
  /** Lines as they lie in the file. */
  readonly lines: readonly number[];
}

function bmp({ width, height, bits, compression = 0, palette = [], lines }: Bitmap): Uint8Array {
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([header, Uint8Array.from(palette), Uint8Array.from(lines)]);
}

const two = [1, 2, 3, 0, 4, 5, 6, 0];
const expected = [6, 5, 4, 255, 3, 2, 1, 255];

describe('BMP', () => {
  it.each<[string, Bitmap, number[]]>([
    ['1 bit', { width: 2, height: 1, bits: 1, palette: two, lines: [0x80, 0, 0, 0] }, expected],
    ['4 bits', { width: 2, height: 1, bits: 4, palette: two, lines: [0x10, 0, 0, 0] }, expected],
    ['8 bits', { width: 2, height: 1, bits: 8, palette: two, lines: [1, 0, 0, 0] }, expected],
    ['24 bits', { width: 2, height: 1, bits: 24, lines: [4, 5, 6, 1, 2, 3, 0, 0] }, expected],
    ['32 bits', { width: 2, height: 1, bits: 32, lines: [4, 5, 6, 0, 1, 2, 3, 0] }, expected],
    ['the bottom line first', { width: 1, height: 2, bits: 24, lines: [1, 2, 3, 0, 4, 5, 6, 0] }, expected],
    ['the top line first', { width: 1, height: -2, bits: 24, lines: [4, 5, 6, 0, 1, 2, 3, 0] }, expected],
  ])('decodes %s', async (_, bitmap, pixels) => {
    const image = await decodeImage(bmp(bitmap));
    expect(image).toMatchObject({ width: bitmap.width, height: Math.abs(bitmap.height) });
    expect([...image.data]).toEqual(pixels);
  });

  it.each<[string, Uint8Array, string]>([
    [
      'a cut one',
      bmp({ width: 2, height: 1, bits: 24, lines: [1, 2, 3] }),
      'truncated BMP: 57 bytes, expected 62',
    ],
    [
      'a cut header',
      bmp({ width: 2, height: 1, bits: 24, lines: [] }).subarray(0, 30),
      'truncated BMP: 30 bytes',
    ],
    ['a huge one', bmp({ width: 30_000, height: 30_000, bits: 24, lines: [] }), 'too large: 30000 × 30000'],
    ['no pixels', bmp({ width: 0, height: 3, bits: 24, lines: [] }), 'empty picture: 0 × 3'],
    [
      'a run-length code',
      bmp({ width: 1, height: 1, bits: 8, compression: 1, lines: [] }),
      'compression 1: expected',
    ],
    [
      'a colour that is not in the palette',
      bmp({ width: 1, height: 1, bits: 8, palette: two, lines: [2, 0, 0, 0] }),
      'broken BMP: got colour 2 of a palette of 2',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(decodeImage(bytes)).rejects.toThrow(message);
    await expect(decodeImage(bytes)).rejects.toMatchObject({ name: 'DataError' });
  });
});
