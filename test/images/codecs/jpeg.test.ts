import { describe, expect, it } from 'vitest';
import { decodeImage, readImageHeader } from '../../../src/images/codecs/decode';
import { jpeg, withOrientation } from '../../datasets/fixtures';

/** Left half red, right half blue at the top; black below. */
function corners(x: number, y: number): readonly [number, number, number] {
  if (y >= 8) return [0, 0, 0];
  return x < 16 ? [255, 0, 0] : [0, 0, 255];
}

type Corner = 'red' | 'blue' | 'black';

function cornerColours({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8Array;
}): Corner[] {
  const at = (x: number, y: number): Corner => {
    const [red, , blue] = data.subarray(4 * (y * width + x));
    return red! > 128 ? 'red' : blue! > 128 ? 'blue' : 'black';
  };
  return [at(1, 1), at(width - 2, 1), at(1, height - 2), at(width - 2, height - 2)];
}

describe('JPEG', () => {
  it('decodes baseline and progressive colour', async () => {
    for (const progressive of [false, true]) {
      const image = await decodeImage(await jpeg(32, 16, corners, { progressive }));
      expect(image).toMatchObject({ width: 32, height: 16 });
      expect(cornerColours(image)).toEqual(['red', 'blue', 'black', 'black']);
    }
  });

  it('decodes grey', async () => {
    const bytes = await jpeg(8, 8, () => [90, 90, 90], { color_space: 1 as never });
    const [red, green, blue] = (await decodeImage(bytes)).data;
    expect(Math.abs(red! - 90)).toBeLessThanOrEqual(2);
    expect([green, blue]).toEqual([red, red]);
  });

  // Corner colours top left, top right, bottom left, bottom right, after turning the camera's picture upright.
  it.each([
    [1, 32, 16, ['red', 'blue', 'black', 'black']],
    [2, 32, 16, ['blue', 'red', 'black', 'black']],
    [3, 32, 16, ['black', 'black', 'blue', 'red']],
    [4, 32, 16, ['black', 'black', 'red', 'blue']],
    [5, 16, 32, ['red', 'black', 'blue', 'black']],
    [6, 16, 32, ['black', 'red', 'black', 'blue']],
    [7, 16, 32, ['black', 'blue', 'black', 'red']],
    [8, 16, 32, ['blue', 'black', 'red', 'black']],
  ])('applies EXIF orientation %i', async (orientation, width, height, expected) => {
    const upright = await jpeg(32, 16, corners);
    for (const littleEndian of [false, true]) {
      const bytes = withOrientation(upright, orientation, littleEndian);
      expect(readImageHeader(bytes)).toMatchObject({ width, height });
      const image = await decodeImage(bytes);
      expect(image).toMatchObject({ width, height });
      expect(cornerColours(image)).toEqual(expected);
    }
  });

  it('refuses a file cut anywhere', async () => {
    const whole = await jpeg(64, 64, (x, y) => [4 * x, 4 * y, x ^ y]);
    for (let length = 1; length < whole.length; length += 7) {
      await expect(decodeImage(whole.subarray(0, length))).rejects.toMatchObject({ name: 'DataError' });
    }
    expect((await decodeImage(whole)).width).toBe(64);
  });

  it('refuses damage that libjpeg would paint over, and goes on', async () => {
    const whole = await jpeg(64, 64, (x, y) => [(x * 91) & 255, (y * 53) & 255, (x * y) & 255], {
      progressive: false,
    });
    const middle = Math.floor(whole.length / 2);
    const damaged = Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 400)]);
    const outcomes: string[] = [];
    for (let i = 0; i < 50; i++) {
      outcomes.push(
        await decodeImage(damaged).then(
          () => 'decoded',
          (error: Error) => error.message,
        ),
      );
    }
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]).toMatch(/^broken JPEG: Corrupt JPEG data/);
    expect((await decodeImage(whole)).width).toBe(64);
  });
});
