/** Rows 9, 10 and 13: a folder of everything that is bad, through the threads as the product has them: it is read, soon, and in bounded memory. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { programWithThreads } from '../images/decoding/bundle';
import { scanBomb } from '../images/decoding/scan-bomb';
import { greyPng, rawPng, temporaryFolder, writeFiles } from '../datasets/fixtures';

const FIXTURES = join(__dirname, '../fixtures/pictures');
const MAX_MEMORY_BYTES = 500e6;
const GOOD = 700;

const ENTRY = `
import { loadDataset } from './src/datasets/load';
async function main() {
  const [uri, cache] = process.argv.slice(2);
  const options = { width: 8, height: 8, threads: 2, cache };
  const { fingerprint, count, skipped } = await loadDataset({ kind: 'folder', uri }, options);
  const memory = 1024 * process.resourceUsage().maxRSS;
  console.log(JSON.stringify({ fingerprint, count, skipped, memory }));
}
void main();`;

const ENTRY_OF_ONE = `
import { loadImage } from './src/datasets/image-files/load-image-files';
async function main() {
  const said = [];
  for (const path of process.argv.slice(2)) {
    const shape = { width: 8, height: 8, channels: 1 };
    said.push(await loadImage(path, shape).then((bytes) => [...bytes], (error) => error.message));
  }
  console.log(JSON.stringify(said));
}
void main();`;

interface Loaded {
  readonly fingerprint: string;
  readonly count: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Of the process, at most, in bytes. */
  readonly memory: number;
}

/** A program with the bundle of the threads beside it; what it says as JSON. */
async function program(name: string, contents: string): Promise<(...args: string[]) => Promise<unknown>> {
  // With a shorter patience than the product's 5 s: the thread computes for as long. The largest pictures need less.
  const hasty = ['decode-worker-client.ts', 'MAX_IMAGE_MS = 5000', 'MAX_IMAGE_MS = 2000'] as const;
  const outfile = await programWithThreads(name, contents, [hasty]);
  return async (...args) => {
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, ...args], {
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(stdout) as unknown;
  };
}

async function loader(): Promise<(folder: string, cache: string) => Promise<Loaded>> {
  const load = await program('load-folder', ENTRY);
  return async (folder, cache) => (await load(`file://${folder}`, cache)) as Loaded;
}

/** Numbers from 0 to `below` - 1, the same at every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Of every format: cut at some places, and with some bits turned. */
function broken(): Record<string, Uint8Array> {
  const roll = dice(7);
  const files: Record<string, Uint8Array> = {};
  for (const name of readdirSync(FIXTURES).filter((name) => !/\.py$|noise/.test(name))) {
    const whole = readFileSync(join(FIXTURES, name));
    for (let i = 0; i < 2; i++) files[`cut/${i}-${name}`] = whole.subarray(0, roll(whole.length));
    for (let i = 0; i < 5; i++) {
      const turned = Uint8Array.from(whole);
      for (let k = 0; k <= i; k++) turned[roll(turned.length)]! ^= 1 << roll(8);
      files[`turned/${i}-${name}`] = turned;
    }
  }
  return files;
}

/** A TIFF of one strip, of a picture of zeros. */
function tiff(side: number, declared: number): Uint8Array {
  const data = deflateSync(Buffer.alloc(side * side), { level: 1 });
  const tags: readonly [tag: number, type: number, value: number][] = [
    [256, 4, declared],
    [257, 4, declared],
    [258, 3, 8],
    [259, 3, 8],
    [262, 3, 1],
    [273, 4, 8],
    [278, 4, declared],
    [279, 4, data.length],
  ];
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(8 + data.length, 4);
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [i, [tag, type, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * i);
    directory.writeUInt16LE(type, 4 + 12 * i);
    directory.writeUInt32LE(1, 6 + 12 * i);
    directory.writeUInt32LE(value, 10 + 12 * i);
  }
  return Buffer.concat([header, data, directory]);
}

function gif(width: number, height: number): Uint8Array {
  const bytes = Buffer.from(readFileSync(join(FIXTURES, 'palette.gif')));
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
}

function grey(side: number, lines: Uint8Array): Uint8Array {
  return rawPng({ width: side, height: side, bitDepth: 8, colourType: 0, lines });
}

function bombs(): Record<string, Uint8Array> {
  return {
    'bombs/header.png': grey(30_000, new Uint8Array()),
    'bombs/lying.tif': tiff(6300, 100),
    'bombs/short.tif': tiff(100, 6300),
    'bombs/header.gif': gif(65_535, 65_535),
    'bombs/scans.jpg': scanBomb(4096, 20_000),
    'bombs/page.png': Buffer.from('<!doctype html><title>not found</title>'),
    'bombs/nothing.png': new Uint8Array(),
    'bombs/vector.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  };
}

it('ends, keeps what is good, and takes no more than 500 MB', async () => {
  const load = await loader();
  const root = await temporaryFolder();
  const folder = join(root, 'hostile');
  const files = { ...broken(), ...bombs() };
  await writeFiles(folder, files);
  await mkdir(join(folder, 'good'));
  for (let i = 0; i < GOOD; i++) await writeFile(join(folder, 'good', `${i}.png`), greyPng(8, i % 256));
  await symlink(folder, join(folder, 'loop'));
  await symlink('/dev/zero', join(folder, 'endless.png'));
  execFileSync('mkfifo', [join(folder, 'pipe.png')]);

  const hostile = await load(folder, join(root, 'cache'));
  const skipped = new Map(hostile.skipped.map(({ path, reason }) => [path, reason]));
  expect(Object.fromEntries([...skipped].filter(([path]) => !/^(cut|turned)/.test(path)))).toEqual({
    'bombs/header.png': 'too large: 30000 × 30000, limit 40 megapixels',
    'bombs/header.gif': 'too large: 65535 × 65535, limit 40 megapixels',
    'bombs/lying.tif': 'broken TIFF: its data cannot be inflated: more than the declared 10000 bytes',
    'bombs/short.tif': 'broken TIFF: a part of 10000 bytes, expected 39690000',
    'bombs/scans.jpg': 'takes longer than 2 s to decode',
    'bombs/page.png': expect.stringMatching(/^not a PNG, .* image: it looks like HTML$/) as string,
    'bombs/nothing.png': 'empty file: 0 bytes',
    'endless.png': 'a link to a place outside of the folder: copy the file that it points to',
    'pipe.png': 'not a regular file',
  });

  // The same images without the files that were skipped, and nothing else. Of a stack, single pages are skipped.
  const clean = join(root, 'clean');
  const kept = Object.entries(files).filter(([path]) => !skipped.has(path));
  await writeFiles(clean, Object.fromEntries(kept));
  await mkdir(join(clean, 'good'));
  for (let i = 0; i < GOOD; i++) await writeFile(join(clean, 'good', `${i}.png`), greyPng(8, i % 256));
  expect(await load(clean, join(root, 'cache'))).toMatchObject({
    fingerprint: hostile.fingerprint,
    count: hostile.count,
    skipped: hostile.skipped.filter(({ path }) => path.includes('.tif#')),
  });

  const small = { 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2) };
  await writeFiles(join(root, 'small'), small);
  const { memory } = await load(join(root, 'small'), join(root, 'cache'));
  expect(hostile.memory - memory).toBeLessThan(MAX_MEMORY_BYTES);
  // As large as pictures may be.
  const large = { 'c.png': grey(5700, new Uint8Array(5701 * 5700)), 'c.tif': tiff(6300, 6300) };
  for (const [name, bytes] of Object.entries(large)) {
    const place = join(root, name);
    await writeFiles(place, { ...small, [name]: bytes });
    const loaded = await load(place, join(root, 'cache'));
    expect(loaded.memory - memory, name).toBeLessThan(MAX_MEMORY_BYTES);
    expect(loaded.memory - memory, name).toBeGreaterThan(4 * 5700 ** 2);
  }
  for (const [path, content] of Object.entries(files)) {
    expect(Buffer.compare(readFileSync(join(folder, path)), content), path).toBe(0);
  }
});

it('is stopped by no picture that a person picks alone, and the process ends by itself', async () => {
  const load = await program('one', ENTRY_OF_ONE);
  const root = await temporaryFolder();
  await writeFiles(root, {
    'a.png': greyPng(8, 7),
    'scans.jpg': scanBomb(4096, 20_000),
    'cut.png': greyPng(8, 1).subarray(0, 40),
  });
  const paths = ['a.png', 'scans.jpg', 'cut.png', 'a.png', 'missing.png'].map((name) => join(root, name));
  expect(await load(...paths)).toEqual([
    Array<number>(64).fill(7),
    'takes longer than 2 s to decode',
    'truncated PNG: the file ends after 40 bytes',
    Array<number>(64).fill(7),
    'not found: it does not exist, or was removed',
  ]);
});
