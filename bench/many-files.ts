/**
 * How long a folder of many files takes to be scanned and decoded, and then to be scanned again, compared with its checksums and opened from
 * the cache. Each in a process of its own, as a start of the engine is; processor time says more than the clock where a machine is shared.
 *
 *     npm run bench -- many-files [files]
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDataset, parseSource } from '../src/datasets/load';
import { coreCount } from '../src/engine/processor';
import { encodePng } from '../src/images/codecs/png-encode';
import { RandomStream } from '../src/random/stream';

const SIDE = 28;
/** Files of one folder. */
const PER_FOLDER = 1000;
const STARTS = 4;

const [first = '100000', folder, cache] = process.argv.slice(2);
const count = Number(first);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Grey noise in each file, so that none is like another. */
async function writeFiles(root: string): Promise<void> {
  const stream = new RandomStream(0, 'digits');
  for (let i = 0; i < count; i++) {
    const part = join(root, String(Math.floor(i / PER_FOLDER)).padStart(4, '0'));
    if (i % PER_FOLDER === 0) await mkdir(part, { recursive: true });
    const words = stream.words32(i, (SIDE * SIDE) / 4);
    const png = encodePng({
      width: SIDE,
      height: SIDE,
      channels: 1,
      bytes: new Uint8Array(words.buffer, 0, SIDE * SIDE),
    });
    await writeFile(join(part, `${String(i).padStart(7, '0')}.png`), png);
  }
}

async function start(): Promise<void> {
  const begin = performance.now();
  const source = await parseSource(folder!, process.cwd());
  const { images } = await loadDataset(source, {
    width: SIDE,
    height: SIDE,
    threads: coreCount(),
    cache: cache!,
  });
  const { user, system } = process.cpuUsage();
  const seconds = [(performance.now() - begin) / 1000, (user + system) / 1e6].map((each) => each.toFixed(2));
  const rss = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  say(
    `${images.count} images: ${seconds[0]} s by the clock, ${seconds[1]} s of processor time, peak ${rss} MiB`,
  );
}

/** One start in a process of its own. */
function inChild(images: string, kept: string): Promise<void> {
  const child = fork(process.argv[1]!, [first, images, kept], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a start ended with ${code}`))));
  });
}

async function measure(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vae-many-'));
  try {
    const [images, kept] = [join(root, 'images'), join(root, 'cache')];
    await writeFiles(images);
    for (let i = 0; i < STARTS; i++) await inChild(images, kept);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

void (folder === undefined ? measure() : start());
