import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datasetOf } from './mirror';
import type { Behaviour } from './mirror';
import { BIG, FILES, useDownloads, WHOLE } from './support';

const { path, mirror, contents } = useDownloads();

/** A download in a process of its own, which says a line for each piece that arrived. */
const PROGRAM = `
import { downloadDataset } from './src/download/download';
const [dataset, folder] = process.argv.slice(2);
void downloadDataset(JSON.parse(dataset), folder, {
  signal: new AbortController().signal,
  allowLoopbackHttp: true,
  report: (event) => event.type === 'progress' && console.log(event.received),
});`;

let bundles = '';
beforeAll(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'download-bundle-'));
  const stdin = { contents: PROGRAM, resolveDir: resolve(__dirname, '../..'), loader: 'ts' as const };
  const outfile = join(bundles, 'program.cjs');
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
});
afterAll(() => rm(bundles, { recursive: true }));

/** Sends a piece of 20,000 bytes each 5 ms. */
const trickle: Behaviour = (request, response, bytes = Buffer.alloc(0)) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from, ...range });
  let at = from;
  const timer = setInterval(() => {
    if (at >= bytes.length || response.destroyed) {
      clearInterval(timer);
      response.end();
    } else response.write(bytes.subarray(at, (at += 20_000)));
  }, 5);
};

test('killed again and again in the middle, it goes on where it was', async () => {
  const slow = await mirror(trickle);
  const dataset = JSON.stringify(datasetOf(FILES, [slow]));
  const arguments_ = [join(bundles, 'program.cjs'), dataset, path()];
  let reached = 0;
  for (let kills = 0; ; kills++) {
    expect(kills).toBeLessThan(20);
    const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    const end = once(child, 'close');
    let first = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      first ||= Number(text.split('\n')[0]);
      // A different place each time, and sooner or later the second file.
      if (Number(text.trim().split('\n').at(-1)) - first >= 60_000 + 7_000 * kills) child.kill('SIGKILL');
    });
    const [code] = (await end) as [number | null];
    expect(first).toBeGreaterThanOrEqual(reached);
    reached = first;
    if (code === 0) {
      expect(kills).toBeGreaterThan(1);
      break;
    }
    expect((await contents()).length).toBeGreaterThan(0);
  }
  expect(await contents()).toEqual(WHOLE);
  // Only the first request asked for the whole file.
  const starts = slow.requests.filter(({ path, range }) => path.endsWith(BIG) && range === undefined);
  expect(starts).toHaveLength(1);
  expect(slow.requests.length).toBeGreaterThan(3);
});
