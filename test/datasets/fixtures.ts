import { readFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import encodeWithMozjpeg, { init as initMozjpeg } from '@jsquash/jpeg/encode.js';
import { onTestFinished } from 'vitest';
import { encodePng } from '../../src/images/codecs/png-encode';
import type { ImageShape } from '../../src/images/image-shape';

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'data-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by relative path. */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** A PNG whose bytes come from a function of x, y and channel. */
export function picture(
  shape: ImageShape,
  value: (x: number, y: number, channel: number) => number,
): Uint8Array {
  return encodePng({ ...shape, bytes: pixelsOf(shape, value) });
}

export function pixelsOf(
  { width, height, channels }: ImageShape,
  value: (x: number, y: number, channel: number) => number,
): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return value(pixel % width, Math.floor(pixel / width), i % channels);
  });
}

export function greyPng(side: number, grey: number): Uint8Array {
  return picture({ width: side, height: side, channels: 1 }, () => grey);
}

export interface RawPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Filtered lines, uncompressed. */
  readonly lines: Uint8Array;
  /** Chunks between header and data. */
  readonly chunks?: readonly (readonly [name: string, body: Uint8Array])[];
  readonly interlaced?: boolean;
}

/** Any PNG, also a wrong one. */
export function rawPng({
  width,
  height,
  bitDepth,
  colourType,
  lines,
  chunks = [],
  interlaced,
}: RawPng): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...chunks.map(([name, body]) => pngChunk(name, body)),
    pngChunk('IDAT', deflateSync(lines)),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

export function pngChunk(name: string, body: Uint8Array): Buffer {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)]);
}

let mozjpegReady: Promise<void> | undefined;

/** A JPEG of the RGB value at each place. */
export async function jpeg(
  width: number,
  height: number,
  rgb: (x: number, y: number) => readonly [number, number, number],
  options: Parameters<typeof encodeWithMozjpeg>[1] = {},
): Promise<Uint8Array> {
  mozjpegReady ??= readFile(
    createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'),
  ).then(async (bytes) => initMozjpeg(await WebAssembly.compile(bytes)));
  await mozjpegReady;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([...rgb(i % width, Math.floor(i / width)), 255], 4 * i);
  const image = { width, height, data, colorSpace: 'srgb' as const };
  return new Uint8Array(await encodeWithMozjpeg(image, { quality: 95, ...options }));
}

/** The frame header alone, which is all that is looked at before a picture is refused. */
export function jpegHeader(width: number, height: number, components: number, bits = 8): Uint8Array {
  const frame = Buffer.alloc(10 + 3 * components);
  frame.writeUInt16BE(0xffc0, 0);
  frame.writeUInt16BE(8 + 3 * components, 2);
  frame[4] = bits;
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame[9] = components;
  return Buffer.concat([Buffer.from('ffd8', 'hex'), frame]);
}

/** The same JPEG with an EXIF segment that says how the camera was held. */
export function withOrientation(bytes: Uint8Array, orientation: number, littleEndian = false): Uint8Array {
  const tiff = Buffer.alloc(26);
  const order = littleEndian ? ('LE' as const) : ('BE' as const);
  tiff.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  const short = (value: number, at: number) => tiff[`writeUInt16${order}`](value, at);
  const long = (value: number, at: number) => tiff[`writeUInt32${order}`](value, at);
  short(42, 2);
  long(8, 4);
  short(1, 8);
  short(0x0112, 10);
  short(3, 12);
  long(1, 14);
  short(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([bytes.subarray(0, 2), segment, body, bytes.subarray(2)]);
}

/** An IDX file of unsigned bytes. */
export function idx(dimensions: readonly number[], bytes: Uint8Array, type = 0x08): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, type, dimensions.length]);
  dimensions.forEach((dimension, i) => header.writeUInt32BE(dimension, 4 + 4 * i));
  return Buffer.concat([header, bytes]);
}
