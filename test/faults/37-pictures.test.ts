/** Row 37: pictures that decode to far more than the check of their header sees are refused from that header. */
import { expect, it } from 'vitest';
import { decodeImage, readImageHeader } from '../../src/images/codecs/decode';
import { jpeg } from '../datasets/fixtures';
import { ownProcessorTime } from '../support/processor-time';

/** A TIFF with nothing but its directory. */
function tiff(
  tags: readonly (readonly [tag: number, type: number, count: number, value: number])[],
  rest = 0,
): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 12 * tags.length + 4 + rest);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, count, value], i) => {
    bytes.writeUInt16LE(tag, 10 + 12 * i);
    bytes.writeUInt16LE(type, 12 + 12 * i);
    bytes.writeUInt32LE(count, 14 + 12 * i);
    bytes.writeUInt32LE(value, 18 + 12 * i);
  });
  return bytes;
}

it('a TIFF of 10x10 pixels in one tile of 80 megapixels', () => {
  const file = tiff([
    [256, 3, 1, 10],
    [257, 3, 1, 10],
    [258, 3, 1, 16],
    [277, 3, 1, 16],
    [322, 3, 1, 8900],
    [323, 3, 1, 8900],
  ]);
  expect(() => readImageHeader(file)).toThrow(/too large: 10 × 10 of this kind would take 2536 MB to decode/);
});

it('a TIFF that lists millions of values thousands of times', () => {
  const count = 4_000_000;
  const times = 1000;
  const file = tiff(
    Array.from({ length: times }, () => [273, 4, count, 0] as const),
    4 * count,
  );
  const begin = ownProcessorTime();
  expect(() => readImageHeader(file)).toThrow(/TIFF with 4000000 values of the tag 273, limit 1000000/);
  const lists = Array.from({ length: times }, () => [273, 4, 900_000, 0] as const);
  const few = tiff([[256, 3, 1, 8], [257, 3, 1, 8], ...lists], 4 * count);
  readImageHeader(few);
  expect(ownProcessorTime() - begin).toBeLessThan(2000);
});

it('a WebP whose frame says that it is small, and holds a huge picture', async () => {
  const frame = Buffer.alloc(16);
  // Of 1x1 pixels; inside, a lossless picture that declares 16383x16383.
  const lossless = Buffer.alloc(8 + 10);
  lossless.write('VP8L', 'latin1');
  lossless.writeUInt32LE(10, 4);
  lossless[8] = 0x2f;
  lossless.writeUInt32LE((16382 | (16382 << 14)) >>> 0, 9);
  const body = Buffer.concat([frame, lossless]);
  const chunk = Buffer.alloc(8);
  chunk.write('ANMF', 'latin1');
  chunk.writeUInt32LE(body.length, 4);
  const extended = Buffer.alloc(18);
  extended.write('VP8X', 'latin1');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x02;
  const content = Buffer.concat([Buffer.from('WEBP'), extended, chunk, body]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 'latin1');
  riff.writeUInt32LE(content.length, 4);
  const before = process.memoryUsage.rss();
  await expect(decodeImage(Buffer.concat([riff, content]))).rejects.toThrow(
    'broken WebP: a frame is not of the size that it says',
  );
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
});

it('a JPEG whose true frame header hides behind a marker that has no length', async () => {
  const small = await jpeg(8, 8, () => [1, 2, 3]);
  const header = Buffer.from(small);
  const frame = header.indexOf(Buffer.of(0xff, 0xc2));
  const length = header.readUInt16BE(frame + 2);
  const huge = Buffer.from(header.subarray(frame, frame + 2 + length));
  huge.writeUInt16BE(65_000, 5);
  huge.writeUInt16BE(65_000, 7);
  const file = Buffer.concat([
    header.subarray(0, frame),
    Buffer.of(0xff, 0xd0),
    huge,
    header.subarray(frame),
  ]);
  expect(() => readImageHeader(file)).toThrow(/too large: 65000 × 65000/);
});
