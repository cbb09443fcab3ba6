import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';
import { greyPng, jpeg, jpegHeader, pngChunk, rawPng } from '../../datasets/fixtures';

const rows = (width: number, height: number) => ({
  width,
  height,
  bitDepth: 8,
  colourType: 0,
  lines: new Uint8Array(),
});

describe('decodeImage refuses', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, string | RegExp]>([
    ['zero bytes', () => new Uint8Array(), 'empty file: 0 bytes'],
    [
      'text',
      () => Buffer.from('just some words'),
      'not a PNG, JPEG, WebP, AVIF, JPEG XL, GIF, BMP, TIFF, Netpbm or QOI image: it looks like text',
    ],
    ['HTML', () => Buffer.from('\n<!DOCTYPE html><title>404</title>'), /looks like HTML/],
    ['an SVG', () => Buffer.from('<?xml version="1.0"?><svg/>'), /looks like an SVG; export it as PNG/],
    ['noise', () => Uint8Array.of(1, 2, 3, 0, 5), /data of an unknown kind/],
    ['a huge PNG', () => rawPng(rows(30_000, 30_000)), 'too large: 30000 × 30000, limit 40 megapixels'],
    ['a huge JPEG', () => jpegHeader(65_535, 65_535, 3), 'too large: 65535 × 65535, limit 40 megapixels'],
    ['a PNG without pixels', () => rawPng(rows(0, 5)), 'empty picture: 0 × 5'],
    ['a JPEG without pixels', () => jpegHeader(5, 0, 3), 'empty picture: 5 × 0'],
    ['two colours', () => jpegHeader(8, 8, 2), '2 colour components: expected 1 (grey), 3 (colour) or 4'],
    ['a 12-bit JPEG', () => jpegHeader(8, 8, 3, 12), /12 bits a channel: expected 8/],
    ['a cut PNG', () => greyPng(20, 3).subarray(0, 60), /truncated PNG: the file ends after 60 bytes/],
    ['a PNG cut in its header', () => greyPng(20, 3).subarray(0, 20), /truncated PNG: 20 bytes/],
    ['too little data', () => rawPng({ ...rows(50, 50), lines: new Uint8Array(51) }), /broken PNG/],
    [
      'a damaged checksum',
      () => {
        const png = greyPng(4, 9).slice();
        png[png.length - 14]! ^= 1;
        return png;
      },
      /broken PNG: wrong checksum in chunk IDAT at byte 33/,
    ],
    [
      'a PNG of one chunk',
      () => Buffer.concat([greyPng(4, 1).subarray(0, 8), pngChunk('IDAT', new Uint8Array(30))]),
      /IHDR/,
    ],
    [
      'a cut JPEG',
      async () => (await jpeg(32, 32, (x, y) => [8 * x, 8 * y, 0])).subarray(0, 500),
      /truncated JPEG/,
    ],
    [
      'a JPEG without its end',
      async () => (await jpeg(16, 16, () => [1, 2, 3])).slice(0, -2),
      /truncated JPEG/,
    ],
  ])('%s', async (_, make, message) => {
    const bytes = await make();
    await expect(decodeImage(bytes)).rejects.toThrow(message);
    await expect(decodeImage(bytes)).rejects.toMatchObject({ name: 'DataError' });
  });
});
