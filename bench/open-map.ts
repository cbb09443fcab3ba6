/**
 * From a run whose images are encoded to its map: a fresh engine, ids, labels, two principal components, the bound, and a
 * screen of thumbnails, as the panel asks for them. 20,000 colour images of 64x64 in a folder's stead: one .npy.
 *
 *     node bench/run.mjs open-map [images]
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { waitForEngine } from '../src/endpoint/client';
import { MAX_PIECE_IMAGES } from '../src/protocol/map';
import type { MapState } from '../src/protocol/map';
import { runJob } from '../src/engine-process/jobs/train-job';
import { serveJob } from '../src/engine-process/jobs/serve-job';
import { writeColourImages } from './colour-images';

const SIDE = 64;
/** As many as lie on the points of a map at first sight. */
const THUMBNAILS = 300;
const [first = '20000', folder] = process.argv.slice(2);
const count = Number(first);
const engine = { engine: 'auto', threads: null } as const;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(2);

async function serveHere(runFolder: string): Promise<void> {
  await serveJob({ runFolder, ...engine }, new AbortController().signal);
  process.exit(0);
}

type Connection = NonNullable<Awaited<ReturnType<typeof waitForEngine>>>;

/** An engine of its own process for an ended run, while `use` goes on. */
async function served(
  runFolder: string,
  use: (client: Connection['client']) => Promise<void>,
): Promise<void> {
  const child = fork(process.argv[1]!, [first, runFolder], { stdio: 'inherit' });
  try {
    const connection = await waitForEngine(runFolder, 'serve', 60_000);
    if (!connection) throw new Error('the engine did not answer');
    await use(connection.client);
    await connection.client.call('stop', {});
  } finally {
    child.kill('SIGKILL');
  }
}

async function measure(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vae-map-'));
  try {
    const runFolder = join(root, 'run');
    await mkdir(runFolder);
    const images = join(root, 'images.npy');
    await writeColourImages(images, count, SIDE);
    const source = { kind: 'npy', uri: pathToFileURL(images).href } as const;
    const request = { source, preset: 'fast', seed: 0, set: { samples: '20000' } } as const;
    const nobody = { onRow: () => undefined, onStatus: () => undefined };
    await runJob({ runFolder, request, ...engine }, nobody, new AbortController().signal);

    await served(runFolder, async (client) => {
      const start = performance.now();
      let state: MapState = await client.call('encodeAll', {});
      for (; state.job; state = await client.call('map', {})) await sleep(100);
      if (state.error !== '') throw new Error(state.error);
      say(`${count} images of ${SIDE}x${SIDE}x3 encoded: ${seconds(start)} s`);
    });
    const start = performance.now();
    await served(runFolder, async (client) => {
      say(`a fresh engine answers: ${seconds(start)} s`);
      const { set } = await client.call('map', {});
      if (!set) throw new Error('the images are not encoded');
      const ids: string[] = [];
      for (let at = 0; at < set.count; at += MAX_PIECE_IMAGES) {
        const piece = { key: set.key, first: at, count: Math.min(MAX_PIECE_IMAGES, set.count - at) };
        ids.push(...(await client.call('mapImages', piece)).ids);
        for (const column of ['pc:0', 'pc:1', 'elbo'] as const)
          await client.call('mapColumn', { ...piece, column });
      }
      say(`with ids, labels, two components and bounds: ${seconds(start)} s`);
      await client.call('mapPictures', { ids: ids.slice(0, THUMBNAILS) });
      say(`with ${THUMBNAILS} thumbnails: ${seconds(start)} s`);
      await client.call('mapCards', { ids: ids.slice(-1) });
      say(`with the card of an image: ${seconds(start)} s`);
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

void (folder === undefined ? measure() : serveHere(folder));
