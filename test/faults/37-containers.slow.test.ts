/** Row 37: files whose content is far larger than they are, alone and many together, through the threads as the product has them. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { TimeBudget } from '../../src/images/decoding/time-budget';
import { DecodePool } from '../../src/images/decoding/decode-pool';
import { threadBundle } from '../images/decoding/bundle';
import { greyPng, rawPng, temporaryFolder } from '../datasets/fixtures';
import { loadProgram } from './load-program';
import type { Load, Loaded } from './load-program';
import { endlessSnappy, parquetFile, plainValues, repeated, zstdOfZeros } from './parquet-files';
import { imageReading } from '../../src/domain/reading';

const MEGABYTE = 2 ** 20;
/** Of the event loop, in ms. Before there were threads it stood still for half a minute; the machine of a test may be busy. */
const LONGEST_GAP = 1000;
const MAX_MEMORY_BYTES = 700e6;

let load: Load;
let folder: string;
beforeEach(async () => {
  load = await loadProgram();
  folder = await temporaryFolder();
});

async function loadBytes(bytes: Uint8Array): Promise<Loaded> {
  const path = join(folder, 'a.parquet');
  await writeFile(path, bytes);
  const loaded = await load('parquet', path);
  expect(loaded.gapMs).toBeLessThan(LONGEST_GAP);
  expect(loaded.grown).toBeLessThan(MAX_MEMORY_BYTES);
  expect(loaded.threads).toBe(0);
  return loaded;
}

/** 60 values of a megabyte. */
function pageOfZeros(codec: 'ZSTD' | 'GZIP' | 'BROTLI') {
  if (codec === 'ZSTD') return zstdOfZeros(60, MEGABYTE);
  const zeros = plainValues(Array.from({ length: 60 }, () => new Uint8Array(MEGABYTE)));
  const compressed =
    codec === 'GZIP'
      ? gzipSync(zeros)
      : // The usual quality is the best, which takes seconds and makes nothing smaller of zeros.
        brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
  return { size: zeros.length, count: 60, compressed };
}

describe('a Parquet file', () => {
  it('of 13 kB whose page has 320 MB is refused at once', async () => {
    const bytes = parquetFile({ codec: 'ZSTD', pages: [zstdOfZeros(320, MEGABYTE)] });
    expect(bytes.length).toBeLessThan(15_000);
    const { error, ms } = await loadBytes(bytes);
    expect(error).toContain(
      'a page of 335545600 bytes from 12493 compressed ones, 67108864 expected at most',
    );
    expect(ms).toBeLessThan(5000);
  });

  it('that declares more than its size warrants is refused at once', async () => {
    const pages = Array.from({ length: 20 }, () => zstdOfZeros(60, MEGABYTE));
    const { error, ms } = await loadBytes(parquetFile({ codec: 'ZSTD', pages }));
    expect(error).toMatch(
      /a\.parquet: \d+ bytes declare 1258\d* bytes in column image, expected 1073741824 at most/,
    );
    expect(ms).toBeLessThan(5000);
  });

  // The 13 pages are together more than the memory that reading them may take, whatever has compressed them.
  it.each([
    ['ZSTD', 13],
    ['GZIP', 3],
    ['BROTLI', 3],
  ] as const)(
    'of pages that are each just within the limit is read in bounded time and memory: %s',
    async (codec, count) => {
      const pages = repeated(pageOfZeros(codec), count);
      const { error, ms } = await loadBytes(parquetFile({ codec, pages }));
      expect(error).toContain(`${60 * count} of ${60 * count} pictures cannot be used`);
      expect(ms).toBeLessThan(60_000);
    },
  );

  it.each([
    ['gives more than its header says', 'ZSTD', { ...zstdOfZeros(60, MEGABYTE), size: 1000 }],
    [
      'gives less than its header says',
      'GZIP',
      { size: 5000, count: 60, compressed: gzipSync(new Uint8Array(9)) },
    ],
    ['has more values than bytes', 'UNCOMPRESSED', { size: 9, count: 60, compressed: new Uint8Array(9) }],
  ] as const)('whose page %s is refused', async (_, codec, page) => {
    const { error } = await loadBytes(parquetFile({ codec, pages: [page] }));
    expect(error).toContain('60 of 60 pictures cannot be used');
    expect(error).toContain('a.parquet: broken');
  });

  it('of a hundred bytes that declares nine million rows is refused', async () => {
    const page = { size: 10, count: 1, compressed: plainValues([new Uint8Array(6)]) };
    const { error } = await loadBytes(parquetFile({ codec: 'UNCOMPRESSED', rows: 9_000_000, pages: [page] }));
    expect(error).toMatch(/a\.parquet: 9000000 rows in \d+ bytes, expected 0 to 100\d\d/);
  });

  it('whose description is a list of lists of millions is refused, and the process lives', async () => {
    const list = Buffer.of(0xf9, 0x80, 0x8a, 0xa7, 0x0e);
    const description = Buffer.concat([Buffer.of(0x19), ...repeated(list, 24)]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(description.length);
    const magic = Buffer.from('PAR1');
    const { error } = await loadBytes(Buffer.concat([magic, description, length, magic]));
    expect(error).toBe('a.parquet: broken: a description of over 16 levels');
  });

  it('that holds up its reader for ever is skipped and listed, and the others are read', async () => {
    const good = Array.from({ length: 4 }, (_, i) => greyPng(8, i));
    const page = { size: plainValues(good).length, count: 4, compressed: plainValues(good) };
    for (const name of ['a', 'c']) {
      await writeFile(join(folder, `${name}.parquet`), parquetFile({ codec: 'UNCOMPRESSED', pages: [page] }));
    }
    await writeFile(join(folder, 'b.parquet'), parquetFile({ codec: 'SNAPPY', pages: [endlessSnappy()] }));
    // With a shorter patience: the thread computes for as long.
    const hasty = await loadProgram('load-hastily', [
      ['parquet-worker-client.ts', 'limitMs: 10_000', 'limitMs: 3000'],
    ]);
    const { count, skipped, gapMs, threads } = await hasty('parquet', folder);
    expect(count).toBe(8);
    const reason = 'b.parquet: it takes longer than 3 s to read; exclude it, or save it again';
    expect(skipped).toEqual([
      { path: 'b.parquet#0', reason },
      { path: 'b.parquet#1', reason },
    ]);
    expect(gapMs).toBeLessThan(LONGEST_GAP);
    expect(threads).toBe(0);
  });

  it('that is broken among others is skipped and listed; most of them broken are refused', async () => {
    const fixture = join(__dirname, '../fixtures/parquet/digits.parquet');
    for (const name of ['a', 'b']) await copyFile(fixture, join(folder, `${name}.parquet`));
    await writeFile(join(folder, 'c.parquet'), 'PAR1 and nothing more');
    expect(await load('parquet', folder)).toMatchObject({
      count: 10,
      skipped: [{ path: 'c.parquet', reason: expect.stringContaining('not a Parquet file') as string }],
    });
    for (const name of ['d', 'e']) await writeFile(join(folder, `${name}.parquet`), 'PAR1');
    expect((await load('parquet', folder)).error).toContain('3 of 5 Parquet files cannot be read');
  });
});

describe('all files of a dataset together', () => {
  it('may not declare more than their size warrants', async () => {
    await mkdir(folder, { recursive: true });
    for (let i = 0; i < 6; i++) {
      const file = parquetFile({ codec: 'ZSTD', totalSize: 1e9, pages: [zstdOfZeros(4, 100)] });
      await writeFile(join(folder, `${i}.parquet`), file);
    }
    const { error, ms } = await load('parquet', folder);
    expect(error).toMatch(
      /its files of \d+ bytes declare 5000000000 bytes of images, expected 4294967296 at most/,
    );
    expect(ms).toBeLessThan(5000);
  });

  it('may not take more time than their size warrants, though each is under the limit; no thread goes on', async () => {
    const time = new TimeBudget({ place: 'a', work: 'decoding', baseMs: 2000, msAMegabyte: 0 });
    const side = 4000;
    const slow = rawPng({
      width: side,
      height: side,
      bitDepth: 8,
      colourType: 0,
      lines: new Uint8Array((side + 1) * side),
    });
    let threads = 0;
    process.on('worker', (worker) => {
      threads++;
      worker.on('exit', () => threads--);
    });
    const pool = new DecodePool(await threadBundle(), 2, time);
    const image = { id: 'a', path: 'a', read: () => Promise.resolve(slow) };
    const shape = { width: 8, height: 8, channels: 1 } as const;
    const want = { shape, reading: imageReading({}) };
    const runs = Array.from({ length: 20 }, () => pool.decode(repeated(image, 4), want));
    await expect(Promise.all(runs)).rejects.toThrow(
      /a: decoding took \d+ s for 0 kB of files, expected 2 s at most/,
    );
    await pool.close();
    await Promise.allSettled(runs);
    expect(threads).toBe(0);
  });
});
