/**
 * How fast a folder of JPEGs becomes a dataset: 10,000 of 256x256 in 64x64, beside what the decoder alone does.
 *
 *     node bench/run.mjs decode [images] [rounds]
 *
 * Into a cache that is empty, and then once more with the cache full: the second start. The decoder alone: as many threads as the dataset gets, each calling it again and again on files that lie in memory. Both
 * take turns. CPU seconds are those of the whole process, and say more than the clock where a machine is shared.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import encodeJpeg, { init } from '@jsquash/jpeg/encode.js';
import { loadDataset } from '../src/datasets/load';
import type { LoadOptions } from '../src/datasets/load';
import { coreCount } from '../src/engine/processor';
import { RandomStream } from '../src/random/stream';
import type { BareOrder } from './contenders/bare-decoder';

type Picture = Parameters<typeof encodeJpeg>[0];

const SIDE = 256;
/** Pictures that differ; the files differ by a comment, too. */
const DIFFERENT = 300;

const COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const THREADS = coreCount();
const HERE = dirname(fileURLToPath(import.meta.url));

/** Waves of three colours and noise: about as many bytes as a photograph has at this size. */
function drawPicture(stream: RandomStream, index: number): Uint8ClampedArray {
  const uniforms = stream.uniforms(index, 9 + SIDE * SIDE);
  const data = new Uint8ClampedArray(4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [(i % SIDE) / SIDE, Math.floor(i / SIDE) / SIDE];
    for (let c = 0; c < 3; c++) {
      const wave = 20 * uniforms[3 * c]! * x + 20 * uniforms[3 * c + 1]! * y + 6 * uniforms[3 * c + 2]!;
      data[4 * i + c] = 128 + 90 * Math.sin(wave) + 40 * (uniforms[9 + i]! - 0.5);
    }
  }
  return data;
}

async function writePictures(folder: string): Promise<string[]> {
  const wasm = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
  await init(await WebAssembly.compile(await readFile(wasm)));
  const stream = new RandomStream(0, 'digits');
  const encoded: Buffer[] = [];
  for (let i = 0; i < Math.min(DIFFERENT, COUNT); i++) {
    const picture = { width: SIDE, height: SIDE, data: drawPicture(stream, i) };
    encoded.push(Buffer.from(await encodeJpeg(picture as Picture, { quality: 85, progressive: false })));
  }
  await mkdir(folder);
  const files: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const whole = encoded[i % encoded.length]!;
    const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
    comment.writeUInt32BE(i, 4);
    files.push(join(folder, `${String(i).padStart(6, '0')}.jpg`));
    await writeFile(files[i]!, Buffer.concat([whole.subarray(0, 2), comment, whole.subarray(2)]));
  }
  return files;
}

interface Timing {
  readonly rate: number;
  readonly cpuMs: number;
}

async function timed(images: number, work: () => Promise<void>): Promise<Timing> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (1000 * images) / (performance.now() - begin), cpuMs: (user + system) / 1000 / images };
}

async function bare(files: readonly string[]): Promise<Timing> {
  const count = Math.ceil(COUNT / THREADS);
  const workerData: BareOrder = { files: files.slice(0, DIFFERENT), count };
  const workers = Array.from(
    { length: THREADS },
    () => new Worker(join(HERE, 'bare-decoder.cjs'), { workerData }),
  );
  const all = () =>
    Promise.all(
      workers.map(
        (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
      ),
    );
  await all();
  const timing = await timed(count * THREADS, async () => {
    for (const worker of workers) worker.postMessage('go');
    await all();
  });
  await Promise.all(workers.map((worker) => worker.terminate()));
  return timing;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vae-decode-'));
  try {
    const files = await writePictures(join(root, 'images'));
    const size = (await readFile(files[0]!)).length;
    say(`${COUNT} JPEGs of ${SIDE}x${SIDE}, ${size} bytes the first; ${THREADS} threads`);
    const source = { kind: 'folder', uri: pathToFileURL(join(root, 'images')).href } as const;
    say('            images/s            CPU ms an image      ratio of              second');
    say('round   dataset  decoder     dataset  decoder     rates   CPU   RSS MiB   start s');
    const rounds: (readonly [Timing, Timing, number])[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await bare(files);
      const cache = join(root, `cache-${round}`);
      const options: LoadOptions = { width: 64, height: 64, threads: THREADS, cache };
      const whole = await timed(COUNT, async () => void (await loadDataset(source, options)));
      const begin = performance.now();
      await loadDataset(source, options);
      const again = (performance.now() - begin) / 1000;
      rounds.push([whole, alone, again]);
      const row = [whole.rate, alone.rate].map((rate) => rate.toFixed(0).padStart(9)).join('');
      const cpu = [whole.cpuMs, alone.cpuMs].map((ms) => ms.toFixed(3).padStart(9)).join('');
      const ratios = [whole.rate / alone.rate, alone.cpuMs / whole.cpuMs].map((r) =>
        r.toFixed(2).padStart(6),
      );
      const memory = (process.memoryUsage.rss() / 2 ** 20).toFixed(0).padStart(9);
      say(
        `${String(round + 1).padStart(5)} ${row}   ${cpu}    ${ratios.join('')} ${memory} ${again.toFixed(2).padStart(9)}`,
      );
    }
    const rate = median(rounds.map(([whole]) => whole.rate));
    const ratio = median(rounds.map(([whole, alone]) => whole.rate / alone.rate));
    const again = median(rounds.map(([, , seconds]) => seconds)).toFixed(2);
    const share = (100 * ratio).toFixed(0);
    say(
      `median: ${rate.toFixed(0)} images/s, ${share} % of the bare decoder's rate; second start ${again} s`,
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

void main();
