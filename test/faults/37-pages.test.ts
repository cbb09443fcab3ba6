/** Row 37: files of several pictures that say they have more than is good. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import { extractTiffPage, findTiffPages } from '../../src/images/codecs/tiff-pages';
import { partOf } from '../../src/images/read-file';
import { greyPng, temporaryFolder, writeFiles } from '../datasets/fixtures';
import { ownProcessorTime } from '../support/processor-time';

const find = (bytes: Uint8Array) =>
  findTiffPages((offset, length) => Promise.resolve(partOf(bytes, offset, length)), bytes.length);
const extract = (bytes: Uint8Array, offset: number) =>
  extractTiffPage((at, length) => partOf(bytes, at, length), bytes.length, offset);

type Entry = readonly [tag: number, type: number, count: number, value: number];

/** A little-endian TIFF of these directories, each of 8x8 grey pixels in one strip, with the strip at its end. */
function tiffOf(directories: readonly (readonly Entry[])[], strip = 64): Buffer {
  const sizes = directories.map((entries) => 2 + 12 * entries.length + 4);
  const bytes = Buffer.alloc(8 + sizes.reduce((a, b) => a + b, 0) + strip, 7);
  bytes.write('II*\0', 'latin1');
  let at = 8;
  bytes.writeUInt32LE(at, 4);
  for (const [i, entries] of directories.entries()) {
    bytes.writeUInt16LE(entries.length, at);
    entries.forEach(([tag, type, count, value], k) => {
      bytes.writeUInt16LE(tag, at + 2 + 12 * k);
      bytes.writeUInt16LE(type, at + 4 + 12 * k);
      bytes.writeUInt32LE(count, at + 6 + 12 * k);
      bytes.writeUInt32LE(value, at + 10 + 12 * k);
    });
    at += sizes[i]!;
    bytes.writeUInt32LE(i + 1 < directories.length ? at : 0, at - 4);
  }
  return bytes;
}

const page = (strip: number, bytes = 64): Entry[] => [
  [256, 3, 1, 8],
  [257, 3, 1, 8],
  [258, 3, 1, 8],
  [262, 3, 1, 1],
  [273, 4, 1, strip],
  [279, 4, 1, bytes],
];

it('20,000 pages that share one strip are found once each, in time in proportion', async () => {
  const count = 20_000;
  const strip = 8 + count * (2 + 6 * 12 + 4);
  const bytes = tiffOf(Array.from({ length: count }, () => page(strip)));
  const begin = ownProcessorTime();
  const { pages, isCut } = await find(bytes);
  expect([pages.length, isCut]).toEqual([count, false]);
  expect(extract(bytes, pages.at(-1)!.offset).length).toBeLessThan(300);
  expect(ownProcessorTime() - begin).toBeLessThan(3000);
});

it('a page whose strips are all of the file a thousand times is refused before memory is taken', () => {
  const strips = 1000;
  const place = 8 + 2 + 6 * 12 + 4;
  const entries = page(0);
  entries[4] = [273, 4, strips, place];
  entries[5] = [279, 4, strips, place + 4 * strips];
  const bytes = tiffOf([entries], 8 * strips + 2 ** 20);
  for (let i = 0; i < strips; i++) {
    bytes.writeUInt32LE(8, place + 4 * i);
    bytes.writeUInt32LE(2 ** 20, place + 4 * (strips + i));
  }
  const before = process.memoryUsage.rss();
  expect(() => extract(bytes, 8)).toThrow('a TIFF page of 1048576000 bytes, expected 16777216 at most');
  expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
});

it.each([
  [
    'too many values',
    [[273, 4, 4_000_000_000, 8]] as Entry[],
    /4000000000 values of the tag 273, limit 1000000/,
  ],
  ['values outside', [[273, 4, 1000, 8]] as Entry[], /truncated TIFF: it ends within the values of a page/],
  ['a type that is none', [[273, 99, 1, 8]] as Entry[], /tag 273 of type 99/],
  ['a strip outside', page(4_000_000_000), /truncated TIFF: a page ends at byte 4000000064, the file before/],
])('a page with %s is refused', (_, entries, message) => {
  expect(() => extract(tiffOf([entries]), 8)).toThrow(message);
});

it('directories that overlap end', async () => {
  // Each directory begins four bytes after the last, has 0x1fff entries of which one could be the next.
  const bytes = Buffer.alloc(200_000);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  const length = 2 + 12 * 5000;
  for (let at = 8; at + length + 4 < bytes.length; at += 8) {
    bytes.writeUInt16LE(5000, at);
    bytes.writeUInt32LE(at + 8, at + length);
  }
  const begin = ownProcessorTime();
  expect((await find(bytes)).isCut).toBe(true);
  expect(ownProcessorTime() - begin).toBeLessThan(1000);
});

it('an animation of frames without end is read as its first, and costs no other image', async () => {
  // A frame of one pixel; after it as many empty extensions as fit.
  const head = Buffer.from('4749463839610400040080000000000000ffffff', 'hex');
  const frame = Buffer.from('2c00000000040004000002028c5300', 'hex');
  const bytes = Buffer.concat([
    head.subarray(0, 19),
    frame,
    Buffer.alloc(4_000_000, Buffer.from('21fe00', 'hex')),
  ]);
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2), 'endless.gif': bytes });
  const begin = ownProcessorTime();
  const dataset = await loadDataset(
    { kind: 'folder', uri: pathToFileURL(join(folder)).href, pages: 'all' },
    { width: 8 },
  );
  expect(dataset.id(0)).toBe('a.png');
  expect(ownProcessorTime() - begin).toBeLessThan(5000);
});
