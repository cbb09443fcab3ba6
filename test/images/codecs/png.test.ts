import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';
import { encodePng } from '../../../src/images/codecs/png-encode';
import { pngChunk, rawPng } from '../../datasets/fixtures';

describe('PNG', () => {
  it('decodes what encodePng wrote, grey and RGB', async () => {
    const side = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.constantFrom(1 as const, 3 as const),
        fc.nat(255),
        async (width, height, channels, seed) => {
          const bytes = Uint8Array.from(
            { length: width * height * channels },
            (_, i) => (i * 37 + seed) & 255,
          );
          const image = await decodeImage(encodePng({ width, height, channels, bytes }));
          expect(image).toMatchObject({ width, height });
          const decoded = image.data.filter((_, i) => i % 4 < 3);
          const expected =
            channels === 3
              ? bytes
              : Uint8Array.from({ length: bytes.length * 3 }, (_, i) => bytes[Math.floor(i / 3)]!);
          expect(Buffer.compare(decoded, expected)).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is deterministic and truly grey', () => {
    const grey = { width: 2, height: 2, channels: 1 as const, bytes: Uint8Array.of(0, 1, 2, 3) };
    expect(encodePng(grey)).toEqual(encodePng(grey));
    expect(encodePng(grey)[25]).toBe(0);
    expect(() => encodePng({ ...grey, width: 3 })).toThrow(/got 4 bytes/);
  });

  // Two pixels side by side; the lines begin with filter 0.
  it.each([
    [
      '1-bit grey',
      { bitDepth: 1, colourType: 0, lines: [0, 0b01000000] },
      [0, 0, 0, 255, 255, 255, 255, 255],
    ],
    [
      '2-bit grey',
      { bitDepth: 2, colourType: 0, lines: [0, 0b01100000] },
      [85, 85, 85, 255, 170, 170, 170, 255],
    ],
    ['4-bit grey', { bitDepth: 4, colourType: 0, lines: [0, 0x1e] }, [17, 17, 17, 255, 238, 238, 238, 255]],
    ['8-bit grey', { bitDepth: 8, colourType: 0, lines: [0, 7, 9] }, [7, 7, 7, 255, 9, 9, 9, 255]],
    ['grey and alpha', { bitDepth: 8, colourType: 4, lines: [0, 7, 8, 9, 10] }, [7, 7, 7, 8, 9, 9, 9, 10]],
    ['RGB', { bitDepth: 8, colourType: 2, lines: [0, 1, 2, 3, 4, 5, 6] }, [1, 2, 3, 255, 4, 5, 6, 255]],
    ['RGBA', { bitDepth: 8, colourType: 6, lines: [0, 1, 2, 3, 4, 5, 6, 7, 8] }, [1, 2, 3, 4, 5, 6, 7, 8]],
    [
      '1-bit palette with transparency',
      {
        bitDepth: 1,
        colourType: 3,
        lines: [0, 0b01000000],
        chunks: [
          ['PLTE', Uint8Array.of(10, 20, 30, 40, 50, 60)],
          ['tRNS', Uint8Array.of(0, 128)],
        ] as const,
      },
      [10, 20, 30, 0, 40, 50, 60, 128],
    ],
    [
      '8-bit palette',
      {
        bitDepth: 8,
        colourType: 3,
        lines: [0, 1, 0],
        chunks: [['PLTE', Uint8Array.of(10, 20, 30, 40, 50, 60)]] as const,
      },
      [40, 50, 60, 255, 10, 20, 30, 255],
    ],
    [
      'grey with a transparent value',
      { bitDepth: 8, colourType: 0, lines: [0, 7, 9], chunks: [['tRNS', Uint8Array.of(0, 7)]] as const },
      [7, 7, 7, 0, 9, 9, 9, 255],
    ],
    [
      'interlaced grey',
      { bitDepth: 8, colourType: 0, interlaced: true, lines: [0, 7, 0, 9] },
      [7, 7, 7, 255, 9, 9, 9, 255],
    ],
    ['filter 1', { bitDepth: 8, colourType: 0, lines: [1, 7, 9] }, [7, 7, 7, 255, 16, 16, 16, 255]],
  ])('decodes %s', async (_, png, expected) => {
    const image = await decodeImage(
      rawPng({ width: 2, height: 1, ...png, lines: Uint8Array.from(png.lines) }),
    );
    expect([...image.data]).toEqual(expected);
  });

  it('never hands text or colour profiles to the decoder', async () => {
    const chunks = [
      ['zTXt', Buffer.from('Comment\0\0not deflate data')],
      ['iCCP', Buffer.from('profile\0\0nor is this')],
    ] as const;
    const image = await decodeImage(
      rawPng({ width: 1, height: 1, bitDepth: 8, colourType: 0, lines: Uint8Array.of(0, 5), chunks }),
    );
    expect([...image.data]).toEqual([5, 5, 5, 255]);
  });

  it('goes on after many files that the decoder gave up on', async () => {
    const good = encodePng({ width: 2, height: 2, channels: 1, bytes: Uint8Array.of(1, 2, 3, 4) });
    // Right checksums, but the compressed data is no such thing.
    const header = good.subarray(0, 33);
    const broken = Buffer.concat([
      header,
      pngChunk('IDAT', Buffer.from('garbage')),
      pngChunk('IEND', Buffer.alloc(0)),
    ]);
    for (let i = 0; i < 300; i++) {
      await expect(decodeImage(broken)).rejects.toThrow('broken PNG');
    }
    expect((await decodeImage(good)).data[4]).toBe(2);
  });

  it('refuses every single damaged byte or says the same picture', async () => {
    const good = encodePng({
      width: 4,
      height: 4,
      channels: 3,
      bytes: new Uint8Array(48).map((_, i) => 5 * i),
    });
    const expected = (await decodeImage(good)).data;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (position, change) => {
          const damaged = good.slice();
          damaged[position]! ^= change;
          const decoded = await decodeImage(damaged).catch((error: Error) => error);
          if (decoded instanceof Error) expect(decoded.name).toBe('DataError');
          else expect(decoded.data).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });
});
