import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeInOrder } from '../../../src/images/decoding/decode-in-order';
import { DecodePool } from '../../../src/images/decoding/decode-pool';
import { decodeTo } from '../../../src/images/decoding/decode-task';
import { greyPng, temporaryFolder, writeFiles } from '../../datasets/fixtures';
import { ownThreadBundle, threadBundle } from './bundle';
import { scanBomb } from './scan-bomb';
import type { ImageShape } from '../../../src/images/image-shape';
import type { ImageFile } from '../../../src/images/image-file';
import { imageReading } from '../../../src/domain/reading';
import { PictureReader } from '../../../src/images/decoding/picture-reader';

const FIXTURES = join(__dirname, '../../fixtures/pictures');
const SHAPE: ImageShape = { width: 8, height: 8, channels: 3 };
const WANTED = { shape: SHAPE, reading: imageReading({}) };

function image(path: string, bytes: Uint8Array): ImageFile {
  return { id: path, path, read: () => Promise.resolve(bytes) };
}

async function withPool<T>(
  threads: number,
  use: (pool: DecodePool) => Promise<T>,
  bundle?: string,
): Promise<T> {
  const pool = new DecodePool(bundle ?? (await threadBundle()), threads, null);
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

describe('a pool of decoding threads', () => {
  it('gives what one thread gives, in the same order, of files and of bytes, however many there are', async () => {
    const names = readdirSync(FIXTURES).filter((name) => !name.endsWith('.py'));
    const paths = names.map((name) => join(FIXTURES, name));
    const expected = await Promise.all(paths.map((path) => decodeTo(readFileSync(path), WANTED)));
    const inFiles = paths.map((path): ImageFile => ({ ...image(path, new Uint8Array()), file: path }));
    const inMemory = paths.map((path) => image(path, readFileSync(path)));
    for (const threads of [1, 3]) {
      for (const images of [inFiles, inMemory]) {
        const got = await withPool(threads, async (pool) => {
          const all: Uint8Array[] = [];
          for await (const outcome of decodeInOrder(pool, [...images, ...images], WANTED)) {
            if ('problem' in outcome) throw new Error(outcome.problem);
            all.push(Uint8Array.from(outcome.bytes));
          }
          return all;
        });
        expect(got).toEqual([...expected, ...expected]);
      }
    }
  });

  it('finds in each image what one thread finds', async () => {
    const values = join(__dirname, '../../fixtures/values');
    const paths = readdirSync(values)
      .filter((name) => /^(png|tiff)/.test(name))
      .flatMap((name) =>
        ['0', '1'].map((file) => join(values, name, `${file}.${name.startsWith('png') ? 'png' : 'tif'}`)),
      );
    const want = { ...WANTED, findings: true };
    const expected = await Promise.all(paths.map((path) => decodeTo(readFileSync(path), want)));
    const got = await withPool(3, async (pool) => {
      const { rows } = await pool.decode(
        paths.map((path) => ({ ...image(path, new Uint8Array()), file: path })),
        want,
      );
      return Uint8Array.from(rows);
    });
    expect(got).toEqual(new Uint8Array(Buffer.concat(expected)));
  });

  it('decodes frames and pages of one file, in any number of threads', async () => {
    const several = JSON.parse(readFileSync(join(FIXTURES, '../several.json'), 'utf8')) as {
      readonly name: string;
      readonly file: string;
      readonly pictures: readonly unknown[];
    }[];
    const folder = await temporaryFolder();
    const images: ImageFile[] = [];
    const expected: Uint8Array[] = [];
    for (const name of ['deltas.gif', 'mixed.png', 'turned.webp']) {
      const { file, pictures } = several.find((one) => one.name === name)!;
      const bytes = Buffer.from(file, 'base64');
      const path = join(folder, name);
      await writeFile(path, bytes);
      const inMemory = image(name, bytes);
      const reader = new PictureReader();
      const frames = pictures.map((_, number) => ({ number }));
      for (const whole of [{ ...image(name, new Uint8Array()), file: path }, inMemory]) {
        for (const page of frames) {
          images.push({ ...whole, page });
          expected.push(await reader.decode(bytes, page, WANTED));
        }
      }
      // From the last frame to the first, each from the start.
      for (const page of frames.reverse())
        expect(await reader.decode(bytes, page, WANTED)).toEqual(
          expected[expected.length - frames.length + page.number],
        );
    }
    for (const threads of [1, 3]) {
      const got = await withPool(threads, async (pool) => {
        const all: Uint8Array[] = [];
        for await (const outcome of decodeInOrder(pool, images, WANTED)) {
          if ('problem' in outcome) throw new Error(outcome.problem);
          all.push(Uint8Array.from(outcome.bytes));
        }
        return all;
      });
      expect(got).toEqual(expected);
    }
  });

  it('gives up an animation at its first broken frame', async () => {
    const several = JSON.parse(readFileSync(join(FIXTURES, '../several.json'), 'utf8')) as {
      readonly name: string;
      readonly file: string;
    }[];
    const bytes = Buffer.from(several.find(({ name }) => name === 'disposal0-blend0.png')!.file, 'base64');
    // The data of the third frame are no longer compressed data.
    const third = bytes.indexOf('fdAT', bytes.indexOf('fdAT') + 4);
    bytes.fill(0xff, third + 8, third + 16);
    const whole = image('a.png', bytes);
    const images = [0, 1, 2, 3, 4].map((number) => ({ ...whole, page: { number } }));
    const { problems } = await withPool(1, (pool) => pool.decode(images, WANTED));
    const broken = 'broken PNG: its pixel data cannot be decompressed';
    expect(problems).toEqual([null, null, broken, broken, broken]);
  });

  it('says of each picture why it cannot be used, and goes on', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 7), 'b.png': 'words' });
    const file = (name: string): ImageFile => ({
      ...image(name, new Uint8Array()),
      file: join(folder, name),
    });
    const { rows, problems } = await withPool(1, (pool) =>
      pool.decode([file('gone.png'), file('a.png'), file('b.png'), image('c', greyPng(8, 9))], WANTED),
    );
    expect(problems.map((problem) => problem?.slice(0, 20) ?? null)).toEqual([
      'not found: it does n',
      null,
      'not a PNG, JPEG, Web',
      null,
    ]);
    expect([rows[192], rows[3 * 192]]).toEqual([7, 9]);
  });

  it('gives up a picture that takes more than 5 s, and decodes the others', async () => {
    const bomb = scanBomb(4096, 20_000);
    expect(bomb.length).toBeLessThan(2e6);
    const images = [greyPng(8, 1), bomb, greyPng(8, 2), greyPng(8, 3)].map((bytes, i) =>
      image(String(i), bytes),
    );
    const { rows, problems } = await withPool(1, (pool) => pool.decode(images, WANTED));
    expect(problems).toEqual([null, 'takes longer than 5 s to decode', null, null]);
    expect([rows[0], rows[2 * 192], rows[3 * 192]]).toEqual([1, 2, 3]);
  });

  it('fails, rather than blame the pictures, where a decoder is missing', async () => {
    const bundle = await ownThreadBundle();
    await rm(join(bundle, '../squoosh_png_bg.wasm'));
    const images = [image('a', greyPng(8, 1))];
    const decoded = withPool(1, (pool) => pool.decode(images, WANTED), bundle);
    await expect(decoded).rejects.toThrow(/a file of Latent Explorer is missing/);
  });
});
