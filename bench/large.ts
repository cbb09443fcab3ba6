/**
 * A million colour images of 32x32, which stay in their file: resident set over time and samples per second, beside those of
 * as many as come into memory. The 3 GB file lies in a temporary folder, and goes when all is done.
 *
 *     node bench/run.mjs large [--steps N] [--engines tensorflow,onnx] [--minibatch M]
 *
 * Passed means: every resident set stays below 1 GiB.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { RESIDENT_LIMIT_BYTES } from '../src/datasets/load-options';
import type { EngineChoice } from '../src/engine/choose';
import type { TrainRequest } from '../src/runs/config';
import { cacheRoot } from '../src/setup/locations.mjs';
import { runJob } from '../src/engine-process/jobs/train-job';
import { writeColourImages } from './colour-images';

const IMAGES = 1_000_000;
const IMAGE_BYTES = 32 * 32 * 3;
/** As many as come into memory. */
const PART = Math.floor(RESIDENT_LIMIT_BYTES / IMAGE_BYTES);
const LIMIT = 2 ** 30;
/** Steps before the rate is measured, and time between two looks at the resident set, in ms. */
const WARM_STEPS = 200;
const LOOK = 3_000;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Measured {
  readonly engine: string;
  readonly startSeconds: number;
  readonly samplesPerSecond: number;
  /** Of all threads: what tells of the work where others use the cores, too. */
  readonly cpuSecondsPer1000Samples: number;
  readonly resident: readonly number[];
  readonly peak: number;
}

/** One training in this process. */
async function measure(engine: EngineChoice, path: string, steps: number, minibatch: number) {
  const runFolder = await mkdtemp(join(dirname(path), 'run-'));
  const request: TrainRequest = {
    source: { kind: 'npy', uri: pathToFileURL(path).href },
    preset: 'fast',
    seed: 0,
    set: { minibatch: String(minibatch), samples: String(steps * minibatch), patience: '0' },
  };
  const resident: number[] = [];
  const timer = setInterval(() => resident.push(process.memoryUsage.rss()), LOOK);
  const begin = performance.now();
  let trainingAt = 0;
  let name = '';
  const rows: { readonly step: number; readonly at: number; readonly cpu: number }[] = [];
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const end = await runJob(
    { runFolder, request, engine, threads: null },
    {
      onRow: (row) => {
        if (row.type === 'train' && row.step >= WARM_STEPS)
          rows.push({ step: row.step, at: performance.now(), cpu: cpuSeconds() });
      },
      onStatus: ({ state, engine }) => {
        if (state === 'training' && trainingAt === 0) trainingAt = performance.now();
        name = engine;
      },
    },
    new AbortController().signal,
  );
  clearInterval(timer);
  if (end.state !== 'finished') throw new Error(end.message);
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const measured: Measured = {
    engine: name,
    startSeconds: (trainingAt - begin) / 1000,
    samplesPerSecond: (minibatch * (last.step - first.step) * 1000) / (last.at - first.at),
    cpuSecondsPer1000Samples: ((last.cpu - first.cpu) * 1000) / (minibatch * (last.step - first.step)),
    resident,
    // In KiB on every platform.
    peak: process.resourceUsage().maxRSS * 1024,
  };
  say(JSON.stringify(measured));
}

/** The same in a process of its own, whose resident set is of nothing else. */
function inChild(cache: string, ...args: string[]): Promise<Measured> {
  const child = spawn(process.execPath, [process.argv[1]!, 'child', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  let text = '';
  child.stdout.on('data', (part) => (text += String(part)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(JSON.parse(text) as Measured)
        : reject(new Error(`ended with ${code}; is all set up? (vae setup)`)),
    );
  });
}

function report(what: string, measured: Measured): void {
  const { engine, startSeconds, samplesPerSecond, cpuSecondsPer1000Samples: cpu, resident, peak } = measured;
  const every = Math.max(1, Math.ceil(resident.length / 12));
  const shown = resident.filter((_, i) => i % every === 0).map(mebibytes);
  say(`${what}: ${engine}`);
  say(
    `  training began after ${startSeconds.toFixed(1)} s; ${samplesPerSecond.toFixed(0)} samples/s, ${cpu.toFixed(3)} s of CPU per 1000`,
  );
  say(`  resident set, MiB, every ${(every * LOOK) / 1000} s: ${shown.join(' ')}; peak ${mebibytes(peak)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '3000' },
      engines: { type: 'string', default: 'tensorflow,onnx' },
      minibatch: { type: 'string', default: '100' },
    },
  });
  const { bavail, bsize } = await statfs(tmpdir());
  const needed = (IMAGES + PART) * IMAGE_BYTES + LIMIT;
  if (bavail * bsize < needed) {
    throw new Error(`${tmpdir()}: ${mebibytes(bavail * bsize)} MiB free, expected ${mebibytes(needed)}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'vae-large-'));
  try {
    const [whole, part, cache] = ['whole.npy', 'part.npy', 'cache'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    // A cache that goes with the folder, but with the engine that is set up.
    await mkdir(join(cache, 'latent-explorer'), { recursive: true });
    const native = join(cacheRoot(), 'tensorflow');
    await symlink(native, join(cache, 'latent-explorer', 'tensorflow'), 'junction');
    await writeColourImages(part, PART);
    await writeColourImages(whole, IMAGES);
    for (const engine of values.engines.split(',')) {
      const run = (path: string) => inChild(cache, engine, path, values.steps, values.minibatch);
      for (const [what, path] of [
        [`${IMAGES} images, in their file`, whole],
        [`${PART} images, in memory`, part],
      ] as const) {
        const measured = await run(path);
        report(what, measured);
        if (measured.peak >= LIMIT) process.exitCode = 1;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [mode, engine, path, steps, minibatch] = process.argv.slice(2);
void (mode === 'child' ? measure(engine as EngineChoice, path!, Number(steps), Number(minibatch)) : main());
