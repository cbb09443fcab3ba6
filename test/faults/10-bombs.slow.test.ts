/** Row 10: pictures that would take gigabytes are refused from their header, at once and without memory, and listed as too large. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/codecs/decode';
import { writeImages } from '../cli/support';
import { jpegHeader, rawPng, temporaryFolder } from '../datasets/fixtures';
import { ownProcessorTime } from '../support/processor-time';
import { loadProgram } from './load-program';

const LONGEST_MS = 50;
const MAX_MEMORY_BYTES = 50e6;
const INFLATED_BYTES = 300e6;

const png = (width: number, height: number) =>
  rawPng({ width, height, bitDepth: 8, colourType: 0, lines: new Uint8Array() });

function gif(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(800);
  bytes.write('GIF89a', 'latin1');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  // An image of that size; its data is not looked at.
  bytes[13] = 0x2c;
  bytes.writeUInt16LE(width, 18);
  bytes.writeUInt16LE(height, 20);
  return bytes;
}

function bmp(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(60);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** A lossless WebP, whose sides may have 16,384 pixels. */
function webp(side: number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.write('RIFF', 'latin1');
  bytes.writeUInt32LE(56, 4);
  bytes.write('WEBPVP8L', 8, 'latin1');
  bytes.writeUInt32LE(44, 16);
  bytes[20] = 0x2f;
  bytes.writeUInt32LE((side - 1) | ((side - 1) << 14), 21);
  return bytes;
}

const BOMBS: Readonly<Record<string, Uint8Array>> = {
  'png.png': png(30_000, 30_000),
  'wide.png': png(2 ** 31 - 1, 1),
  'jpeg.jpg': jpegHeader(65_535, 65_535, 3),
  'gif.gif': gif(65_535, 65_535),
  'bmp.bmp': bmp(30_000, 30_000),
  'webp.webp': webp(16_383),
};

/** Small pictures with a part of a few kilobytes that inflates to hundreds of megabytes. */
function inflating(): Record<string, Uint8Array> {
  const zeros = deflateSync(Buffer.alloc(INFLATED_BYTES), { level: 1 });
  const name = Buffer.from('a\0\0', 'latin1');
  const international = Buffer.from('a\0\u0001\0\0\0', 'latin1');
  const small = { width: 8, height: 8, bitDepth: 8, colourType: 0, lines: new Uint8Array(72) };
  const chunks = { zTXt: name, iCCP: name, iTXt: international };
  return Object.fromEntries(
    Object.entries(chunks).map(([chunk, head]) => [
      `${chunk}.png`,
      rawPng({ ...small, chunks: [[chunk, Buffer.concat([head, zeros])]] }),
    ]),
  );
}

/** Runs `work`, which may take little processor time and memory. */
async function sparingly(work: () => Promise<void>): Promise<void> {
  const held = ({ arrayBuffers, external, heapUsed }: NodeJS.MemoryUsage) =>
    arrayBuffers + external + heapUsed;
  const before = held(process.memoryUsage());
  const begin = ownProcessorTime();
  await work();
  expect(ownProcessorTime() - begin).toBeLessThan(LONGEST_MS);
  expect(held(process.memoryUsage()) - before).toBeLessThan(MAX_MEMORY_BYTES);
}

describe('a picture', () => {
  it.each(Object.keys(BOMBS))('%s is refused from its header', async (name) => {
    const refused = () => expect(decodeImage(BOMBS[name]!)).rejects.toThrow(/^too large: \d+ × \d+/);
    await refused();
    await sparingly(refused);
  });

  it('whose text or colour profile inflates to hundreds of megabytes is read without these', async () => {
    const small = { width: 8, height: 8, bitDepth: 8, colourType: 0, lines: new Uint8Array(72) };
    const plain = await decodeImage(rawPng(small));
    for (const [name, bytes] of Object.entries(inflating())) {
      await sparingly(async () => expect(await decodeImage(bytes), name).toEqual(plain));
    }
  });

  it('that is an SVG is refused, whatever it would draw', async () => {
    const shapes = '<use href="#a"/>'.repeat(100_000);
    const svg = Buffer.from(
      `<?xml version="1.0"?><svg width="1000000000" height="1000000000">${shapes}</svg>`,
    );
    await sparingly(() => expect(decodeImage(svg)).rejects.toThrow(/looks like an SVG; export it as PNG/));
  });
});

it('all of them in a folder are skipped and listed, and the threads take no memory for them', async () => {
  const load = await loadProgram();
  const [folder, plain] = [await temporaryFolder(), await temporaryFolder()];
  for (const place of [folder, plain]) await writeImages(place, 40);
  for (const [name, bytes] of Object.entries({ ...BOMBS, ...inflating() }))
    await writeFile(join(folder, name), bytes);
  const { grown } = await load('folder', plain);
  const loaded = await load('folder', folder);
  expect(loaded.count).toBe(40 + 3);
  expect(loaded.skipped.map(({ path }) => path)).toEqual(Object.keys(BOMBS).sort());
  for (const { reason } of loaded.skipped) expect(reason).toMatch(/^too large/);
  expect(loaded.grown - grown).toBeLessThan(MAX_MEMORY_BYTES);
});
