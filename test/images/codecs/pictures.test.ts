/** Pictures that other programs wrote, against what they show: see the formulas in test/fixtures/pictures/make.py. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';

const FOLDER = join(__dirname, '../../fixtures/pictures');

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

const ink = (value: number, black: number) => Math.round(((255 - value) * (255 - black)) / 255);

/** What the pictures of a kind show at a column and row. */
const KINDS: Readonly<Record<string, (x: number, y: number) => Pixel>> = {
  rgb: (x, y) => [12 * x, 13 * y, 255 - 12 * x, 255],
  rgba: (x, y) => [12 * x, 13 * y, 255 - 12 * x, 21 + 13 * y],
  grey: (x) => [12 * x, 12 * x, 12 * x, 255],
  greya: (x, y) => [12 * x, 12 * x, 12 * x, 21 + 13 * y],
  palette: (x) => [12 * x, 255 - 12 * x, 7 * x, 255],
  bilevel: (x, y) => ((x + y) % 2 ? [255, 255, 255, 255] : [0, 0, 0, 255]),
  noise: (x, y) => {
    const value = (17 * x * x + 31 * y * y + 7 * x * y + 3 * x + 5 * y) % 251;
    return [value, value, value, 255];
  },
  cmyk: (x, y) => [ink(12 * x, 5 * y), ink(13 * y, 5 * y), ink(255 - 12 * x, 5 * y), 255],
  ycck: (x, y) => [ink(12 * x, 5 * y), ink(13 * y, 5 * y), ink(255 - 12 * x, 5 * y), 255],
};

/** How far a value may be off, where the format keeps not all of it. */
function tolerance(file: string): number {
  // libwebp keeps a quarter of the colour, and these pictures are full of it.
  if (file.includes('lossy')) return 40;
  // A colour of 8 bits that was multiplied by an opacity of 21/255 has 22 values left.
  if (file.includes('premultiplied')) return 7;
  // AVIF keeps luma and chroma, of full resolution here.
  if (file.endsWith('.avif')) return 3;
  return file.endsWith('.jpg') ? 6 : 0;
}

describe.each(readdirSync(FOLDER).filter((file) => !file.endsWith('.py')))('%s', (file) => {
  it('shows what it was made of', async () => {
    const image = await decodeImage(readFileSync(join(FOLDER, file)));
    const { width, height } = image;
    expect([width, height]).toEqual(file.startsWith('noise') ? [96, 96] : [21, 19]);
    const show = KINDS[/^[a-z]+/.exec(file)![0]]!;
    const limit = tolerance(file);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i += 4) {
        const got = [...image.data.subarray(i, i + 4)];
        if (file === 'palette-transparent.gif' && x === 3) {
          expect(got[3]).toBe(0);
          continue;
        }
        const expected = show(x, y);
        const worst = Math.max(...expected.map((value, c) => Math.abs(value - got[c]!)));
        if (worst > limit) expect(got, `column ${x}, row ${y}`).toEqual(expected);
      }
    }
  });
});
