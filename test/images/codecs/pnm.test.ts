import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage, readImageHeader, startsLikeImage } from '../../../src/images/codecs/decode';
import { DataError } from '../../../src/images/data-error';

const bytes = (header: string, ...samples: number[]) =>
  Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(samples)]);
const greys = async (file: Uint8Array) => {
  const { data } = await decodeImage(file);
  return Array.from(data.filter((_, i) => i % 4 === 0));
};

describe('a Netpbm file', () => {
  it('as in the examples of its manual is read', async () => {
    // pgm(5): the first lines of "FEEP", of greatest value 15, which is white.
    const feep =
      'P2\n# feep.pgm\n24 2\n15\n0  0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n0  3  3  3  3  0  0  7  7  7  7  0  0 11 11 11 11  0  0 15 15 15 15  0\n';
    const rows = await greys(Buffer.from(feep));
    expect(rows.slice(0, 24)).toEqual(new Array(24).fill(0));
    expect(rows.slice(24)).toEqual([
      0, 51, 51, 51, 51, 0, 0, 119, 119, 119, 119, 0, 0, 187, 187, 187, 187, 0, 0, 255, 255, 255, 255, 0,
    ]);
    // pbm(5): ones are black, and need no blanks between them.
    expect(await greys(Buffer.from('P1\n# J\n6 2\n0 0 0 0 1 0\n000010'))).toEqual([
      255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 0, 255,
    ]);
    // ppm(5)
    const ppm = await decodeImage(Buffer.from('P3\n2 1\n15\n 0  0  0   15  0 15\n'));
    expect([...ppm.data]).toEqual([0, 0, 0, 255, 255, 0, 255, 255]);
  });

  it('takes its white from its greatest value, of one byte or two', async () => {
    expect(await greys(bytes('P5 3 1 4\n', 0, 1, 4))).toEqual([0, 64, 255]);
    expect(await greys(bytes('P5 3 1 1023\n', 0, 0, 2, 0, 3, 255))).toEqual([0, 128, 255]);
    // Samples above it count as that.
    expect(await greys(bytes('P5 2 1 9\n', 9, 200))).toEqual([255, 255]);
  });

  it('begins its samples after one white space, whatever they look like', async () => {
    expect(await greys(bytes('P5\n2 1\n255\n', 0x0a, 0x23))).toEqual([10, 35]);
    // Rows of bits begin with a byte.
    expect(await greys(bytes('P4\n9 2\n', 0b10101010, 0x80, 0xff, 0))).toEqual([
      0, 255, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255,
    ]);
  });

  it.each<[string, Uint8Array, string | RegExp]>([
    ['cut in its header', bytes('P5\n12'), /truncated Netpbm: the file ends after 5 bytes/],
    [
      'cut in its samples',
      bytes('P6\n2 2\n255\n', 1, 2),
      'truncated PNM: 13 bytes, expected 23 bytes or more',
    ],
    [
      'cut in its digits',
      bytes('P2\n2 2\n255\n1 2 345678'),
      /truncated PNM: 21 bytes, expected more samples/,
    ],
    [
      'of a white of 0',
      bytes('P5\n2 2\n0\n', 1, 2, 3, 4),
      'broken PNM: got 0 as its greatest value, expected 1 to 65535',
    ],
    ['of a white of 17 bits', bytes('P5\n2 2\n65536\n', 1, 2, 3, 4), /got 65536 as its greatest value/],
    ['of words', bytes('P5\n2 x 255\n'), 'broken PNM: got the byte 120 where a number was expected'],
    ['of a number without end', bytes(`P5\n${'9'.repeat(500)}`), 'broken PNM: a number of over 10 digits'],
    ['that is huge', bytes('P5\n70000 70000\n255\n'), 'too large: 70000 × 70000, limit 40 megapixels'],
    ['without pixels', bytes('P5\n0 5\n255\n'), 'empty picture: 0 × 5'],
    [
      'of five samples a pixel',
      bytes('P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n', 1, 2, 3, 4, 5),
      /PAM of 5 samples a pixel/,
    ],
    [
      'without a width',
      bytes('P7\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n', 1),
      'broken PAM: got the width ""',
    ],
  ])('%s is refused', async (_, file, message) => {
    await expect(decodeImage(file)).rejects.toThrow(message);
    await expect(decodeImage(file)).rejects.toMatchObject({ name: 'DataError' });
  });
});

describe('QOI', () => {
  const header = (width: number, height: number, channels = 4) => {
    const start = Buffer.from('qoif\0\0\0\0\0\0\0\0\0\0', 'latin1');
    start.writeUInt32BE(width, 4);
    start.writeUInt32BE(height, 8);
    start[12] = channels;
    return start;
  };
  const file = (width: number, ...chunks: number[]) =>
    Buffer.concat([header(width, 1), Buffer.from([...chunks, 0, 0, 0, 0, 0, 0, 0, 1])]);

  it('is read by the chunks of its specification', async () => {
    // RGB 10 20 30; a difference of 1 -1 0; a run of 2; the index of the first pixel: (10*3 + 20*5 + 30*7 + 255*11) % 64 = 9.
    const { data } = await decodeImage(
      file(5, 0xfe, 10, 20, 30, 0x40 | (3 << 4) | (1 << 2) | 2, 0xc0 | 1, 9),
    );
    expect([...data]).toEqual([
      10, 20, 30, 255, 11, 19, 30, 255, 11, 19, 30, 255, 11, 19, 30, 255, 10, 20, 30, 255,
    ]);
    // Green by 5, red by 5 - 8 + 15, blue by 5 - 8 + 0; values wrap around.
    const luma = await decodeImage(file(1, 0x80 | 37, 0xf0));
    expect([...luma.data]).toEqual([12, 5, 253, 255]);
    expect([...(await decodeImage(file(1, 0xff, 1, 2, 3, 4))).data]).toEqual([1, 2, 3, 4]);
  });

  it('that is cut, or has other channels, is refused', async () => {
    await expect(decodeImage(file(3, 0xfe, 1, 2, 3))).rejects.toThrow(
      'truncated QOI: 26 bytes end after 1 of 3 pixels',
    );
    await expect(decodeImage(Buffer.concat([header(1, 1), Buffer.of(0xfe, 1)]))).rejects.toThrow(
      /truncated QOI/,
    );
    await expect(decodeImage(header(4, 4, 5))).rejects.toThrow('broken QOI: got 5 channels, expected 3 or 4');
  });
});

it('of any bytes after a start, a file is read or refused', async () => {
  const start = fc.constantFrom(
    'P1\n',
    'P2 2 2 9 ',
    'P3\n',
    'P4 3 3 ',
    'P5 2 2 9\n',
    'P6\n',
    'P7\nWIDTH 2\n',
    'qoif\0\0\0\x02\0\0\0\x02\x04\0',
    '\0\0\0\x1cftypavif',
    '\xff\x0a',
    '\0\0\0\x0cJXL \r\n\x87\n',
    '\0\0\0\x08ftypavif\0\0\0\x50meta\0\0\0\0',
  );
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (text, rest) => {
      const whole = Buffer.concat([Buffer.from(text, 'latin1'), rest]);
      try {
        readImageHeader(whole);
        await decodeImage(whole);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }),
    { numRuns: 300, seed: 3, endOnFailure: true },
  );
});

it('files without a suffix are recognised by more than two bytes', () => {
  const starts = (text: string) => startsLikeImage(Buffer.from(text, 'latin1'));
  expect(starts('\x89PNG\r\n\x1a\n')).toBe(true);
  expect(starts('\xff\xd8\xff\xe0\0\x10JFIF')).toBe(true);
  expect(starts('BM\x36\x08\0\0\0\0\0\0\x36\0\0\0\x28\0')).toBe(true);
  expect(starts('P5\n28 28\n255\n')).toBe(true);
  expect(starts('BMW and other cars')).toBe(false);
  expect(starts('P2 is the second paragraph')).toBe(false);
  expect(starts('\xff\x0a and other bytes')).toBe(false);
});
