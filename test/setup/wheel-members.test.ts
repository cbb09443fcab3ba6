/** What set-up fetches of a wheel, from a server on this machine that behaves as servers, proxies and lines do. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkedManifest } from '../../src/setup/native-manifest.mjs';
import type { NativeManifest } from '../../src/setup/native-manifest.mjs';
import type { Step } from '../../src/setup/steps.mjs';
import { installMembers } from '../../src/setup/wheel-members.mjs';
import { zipEntries } from '../../src/setup/zip-directory.mjs';
import { CERTIFICATE } from './certificate';
import { noise } from '../download/mirror';
import {
  breakAfter,
  inTurn,
  sendRange,
  sendStatus,
  sendWhole,
  serveRanges,
  truncateAfter,
} from './range-server';
import type { Answer, RangeServer } from './range-server';

/** Two libraries, one that can be compressed, and a file that nobody asks for. */
const FILES = {
  'tensorflow/liba.so.2': noise(30_000, 1),
  'tensorflow/unasked.txt': noise(5_000, 2),
  'tensorflow/libb.so.2': Buffer.concat([noise(2_000, 3), Buffer.alloc(200_000)]),
};
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let scratch = '';
let wheel: Buffer;
let server: RangeServer | undefined;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'members-'));
  await mkdir(join(scratch, 'folder'));
  wheel = Buffer.from(zipSync(FILES, { level: 6 }));
  await writeFile(join(scratch, 'invented-1-py3.whl'), wheel);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(scratch, { recursive: true });
});

async function start(answer: Answer, isSecure = false): Promise<RangeServer> {
  return (server = await serveRanges(wheel, answer, isSecure));
}

/** The manifest of the invented wheel at an address. @param change of the members */
async function manifestAt(address: string, change: object = {}): Promise<NativeManifest> {
  const entries = await zipEntries(join(scratch, 'invented-1-py3.whl'), (name) => name.includes('.so'));
  const members = entries.map((entry) => ({
    ...entry,
    sha256: sha256(FILES[entry.name as keyof typeof FILES]),
    file: entry.name.replace('tensorflow/', ''),
    mode: 0o644,
    ...change,
  }));
  const wheels = [{ address, bytes: wheel.length, sha256: sha256(wheel), members }];
  return checkedManifest({ tensorflow: '9.9.9', wheels, binding: [], bindingFolder: '' });
}

const downloads = (): string => join(scratch, 'cache', 'downloads');
const folder = (): string => join(scratch, 'folder');

interface Done {
  readonly steps: Step[];
  readonly removeDownloads: () => Promise<void>;
}

async function install(
  manifest: NativeManifest,
  env: NodeJS.ProcessEnv = {},
  signal?: AbortSignal,
  onStep: (step: Step) => void = () => undefined,
): Promise<Done> {
  const steps: Step[] = [];
  const report = (step: Step): void => {
    steps.push(step);
    onStep(step);
  };
  const place = { folder: folder(), downloads: downloads(), env, stall: 2_000, patience: 1 };
  const removeDownloads = await installMembers(manifest, place, { report, ...(signal && { signal }) });
  return { steps, removeDownloads };
}

async function expectInstalled(): Promise<void> {
  expect((await readdir(folder())).sort()).toEqual(['liba.so.2', 'libb.so.2']);
  for (const name of ['liba.so.2', 'libb.so.2'] as const)
    expect((await readFile(join(folder(), name))).equals(FILES[`tensorflow/${name}`])).toBe(true);
}

/** Bytes that have arrived. */
async function arrived(): Promise<number> {
  const names = await readdir(downloads());
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(downloads(), name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('members of a wheel', () => {
  test('are fetched alone, unpacked and verified; the host is named', async () => {
    const { url, ranges } = await start(sendRange);
    const manifest = await manifestAt(url);
    const { steps, removeDownloads } = await install(manifest);
    await expectInstalled();
    const { members } = manifest.wheels[0]!;
    expect(ranges).toEqual(
      members.map(({ offset, compressed }) => `bytes=${offset}-${offset + compressed - 1}`),
    );
    const total = members.reduce((sum, { compressed }) => sum + compressed, 0);
    expect(total).toBeLessThan(wheel.length - 5_000);
    expect(steps[0]).toEqual({
      step: 'downloading',
      text: `downloading TensorFlow 9.9.9 from ${new URL(url).host}`,
      from: new URL(url).host,
      received: 0,
      total,
    });
    expect(steps.at(-2)).toMatchObject({ received: total });
    expect(steps.at(-1)!.step).toBe('unpacking');
    await removeDownloads();
    expect(await readdir(downloads())).toEqual([]);
  });

  test.each([1_200, 20_000, 29_999])('broken off after %i bytes, they go on from there', async (cut) => {
    const { url, ranges } = await start(inTurn(breakAfter(cut), sendRange));
    const manifest = await manifestAt(url);
    await install(manifest);
    await expectInstalled();
    const { offset, compressed } = manifest.wheels[0]!.members[0]!;
    expect(ranges[1]).toBe(`bytes=${offset + cut}-${offset + compressed - 1}`);
  });

  test('of an interrupted set-up are continued by the next one, whatever had arrived', async () => {
    const running = await start(breakAfter(400));
    const manifest = await manifestAt(running.url);
    await expect(install(manifest)).rejects.toThrow(/broke off/);
    const before = await arrived();
    expect(before).toBe(1_200);
    running.answer = sendRange;
    running.ranges.length = 0;
    const { steps } = await install(manifest);
    await expectInstalled();
    expect(steps[0]).toMatchObject({ received: before });
    const { offset, compressed } = manifest.wheels[0]!.members[0]!;
    expect(running.ranges[0]).toBe(`bytes=${offset + before}-${offset + compressed - 1}`);
  });

  test('that are all there are not asked for again', async () => {
    const running = await start(sendRange);
    const manifest = await manifestAt(running.url);
    await install(manifest);
    running.ranges.length = 0;
    await install(manifest);
    await expectInstalled();
    expect(running.ranges).toEqual([]);
  });

  test('of other versions are removed after a month; those of a set-up that may go on are not', async () => {
    const { url } = await start(sendRange);
    await mkdir(downloads(), { recursive: true });
    const [old, recent] = ['0'.repeat(16), '1'.repeat(16)].map((name) => join(downloads(), `${name}.part`));
    for (const path of [old!, recent!, join(downloads(), 'other.whl')]) await writeFile(path, 'bytes');
    for (const path of [old!, join(downloads(), 'other.whl')]) await utimes(path, 0, 0);
    const { removeDownloads } = await install(await manifestAt(url));
    await removeDownloads();
    expect((await readdir(downloads())).sort()).toEqual([`${'1'.repeat(16)}.part`, 'other.whl']);
  });

  test('are kept when the set-up is cancelled in the middle', async () => {
    const running = await start((request, response, file) => {
      breakAfterStall(request, response, file);
    });
    const manifest = await manifestAt(running.url);
    const cancel = new AbortController();
    const installing = install(manifest, {}, cancel.signal);
    const refused = expect(installing).rejects.toThrow('enough');
    await expect.poll(() => arrived().catch(() => 0)).toBe(5_000);
    cancel.abort(new Error('enough'));
    await refused;
    expect(await arrived()).toBe(5_000);
  });

  test('come from a server without ranges, too, which sends the whole wheel for each', async () => {
    const { url, ranges } = await start(sendWhole);
    await install(await manifestAt(url));
    await expectInstalled();
    expect(ranges).toHaveLength(2);
  });

  test('come from a wheel on the disk, or a folder of wheels, without the network', async () => {
    const manifest = await manifestAt('https://wheels.invalid/a/b/invented-1-py3.whl');
    for (const given of [scratch, join(scratch, 'invented-1-py3.whl')]) {
      await install(manifest, { LATENT_EXPLORER_WHEEL: given });
      await expectInstalled();
    }
    await writeFile(join(scratch, 'other.whl'), 'other');
    const other = install(manifest, { LATENT_EXPLORER_WHEEL: join(scratch, 'other.whl') });
    await expect(other).rejects.toThrow(
      /other\.whl \(named by LATENT_EXPLORER_WHEEL\) is not the wheel: it has 5 bytes/,
    );
  });

  test('pass redirects, within limits and never to plain http elsewhere', async () => {
    const running = await start((request, response, file) =>
      request.url?.startsWith('/invented')
        ? sendStatus(302, { location: '/elsewhere.whl' })(request, response, file)
        : sendRange(request, response, file),
    );
    const manifest = await manifestAt(running.url);
    await install(manifest);
    await expectInstalled();
    await rm(downloads(), { recursive: true });
    running.answer = sendStatus(302, { location: running.url });
    await expect(install(manifest)).rejects.toThrow(/redirects more than 3 times/);
    running.answer = sendStatus(302, { location: 'http://192.0.2.1/invented.whl' });
    await expect(install(manifest)).rejects.toThrow(/leads to http:\/\/192\.0\.2\.1; only https is used/);
  });
});

/** Sends some bytes of a range, and then nothing more. */
const breakAfterStall: Answer = (request, response, file) => {
  const [, first = 0, last = 0] = /(\d+)-(\d+)/.exec(request.headers.range ?? '')!.map(Number);
  response.writeHead(206, {
    'content-range': `bytes ${first}-${last}/${file.length}`,
    'content-length': last - first + 1,
  });
  response.write(file.subarray(first, first + 5_000));
};

describe('answers that are wrong', () => {
  test.each([
    ['refused', sendStatus(403), /answered with status 403/],
    [
      'another range',
      (_request, response, file) => {
        const other = file.subarray(0, 100);
        response
          .writeHead(206, { 'content-range': `bytes 0-99/${file.length}`, 'content-length': 100 })
          .end(other);
      },
      /answered with the range bytes 0-99\/\d+, expected bytes \d+-/,
    ],
    ['a page to log in', sendStatus(200, { 'content-type': 'text/html' }), /answered with a web page/],
    ['another file', sendStatus(200), /announced \d+ bytes|ended after/],
    ['too few bytes, again and again', truncateAfter(10), /ended after 30 of \d+ bytes/],
  ] as [string, Answer, RegExp][])(
    'end the set-up with what came and what to do: %s',
    async (_, answer, reason) => {
      const { url } = await start(answer);
      const error = await install(await manifestAt(url)).then(
        () => new Error('it was set up'),
        (problem: Error) => problem,
      );
      expect(error.message).toMatch(reason);
      expect(error.message).toContain(`could not be downloaded: ${new URL(url).host}`);
      expect(error.message).toContain('are kept: the next set-up goes on from there');
      expect(error.message).toContain(
        `get ${url} elsewhere, and let the variable LATENT_EXPLORER_WHEEL name`,
      );
      expect(await readdir(folder())).toEqual([]);
    },
  );

  test('with other bytes are discarded, whatever their length', async () => {
    const { url } = await start((request, response, file) =>
      sendRange(request, response, Buffer.from(file.map((byte) => byte ^ 1))),
    );
    await expect(install(await manifestAt(url))).rejects.toThrow(
      /sent other bytes .*sha256 does not fit.*discarded/,
    );
    expect(await arrived()).toBe(0);
  });

  test('of an earlier set-up are fetched again, once', async () => {
    const running = await start(sendRange);
    const manifest = await manifestAt(running.url);
    await install(manifest);
    for (const name of await readdir(downloads())) {
      const path = join(downloads(), name);
      await writeFile(path, Buffer.alloc((await stat(path)).size, 7));
    }
    running.ranges.length = 0;
    await install(manifest);
    await expectInstalled();
    expect(running.ranges).toHaveLength(2);
  });

  test('that unpack to more than they should are stopped', async () => {
    const { url } = await start(sendRange);
    const bomb = await manifestAt(url, { size: 1_000 });
    await expect(install(bomb)).rejects.toThrow(/sha256 does not fit/);
    for (const name of await readdir(folder()))
      expect((await stat(join(folder(), name))).size).toBeLessThanOrEqual(1_000);
  });

  test('end for want of room before anything is fetched', async () => {
    const { url, ranges } = await start(sendRange);
    const manifest = await manifestAt(url);
    const member = manifest.wheels[0]!.members[0]!;
    const large = { ...manifest, wheels: [{ ...manifest.wheels[0]!, members: [{ ...member, size: 1e18 }] }] };
    await expect(install(large)).rejects.toThrow(
      /MB free and \d+ are needed; make room, or let XDG_CACHE_HOME/,
    );
    expect(ranges).toEqual([]);
  });
});

/** A proxy on this machine. @param answer to CONNECT, on its socket */
async function withProxy<T>(
  answer: (target: string, socket: Socket) => void,
  body: (proxy: string) => Promise<T>,
): Promise<T> {
  const proxy = createServer();
  proxy.on('connect', (request, socket) => answer(request.url!, socket as Socket));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

describe('through a proxy', () => {
  const address = 'https://wheels.invalid/invented-1-py3.whl';

  test('members come, and the proxy is told the host alone; the certificate is checked', async () => {
    const { url, ranges } = await start(sendRange, true);
    const manifest = await manifestAt(url.replace('127.0.0.1', 'wheels.invalid'));
    const targets: string[] = [];
    const pass = (target: string, socket: Socket): void => {
      targets.push(target);
      const onward = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
      for (const one of [socket, onward]) one.on('error', () => undefined);
    };
    await withProxy(pass, async (proxy) => {
      const refused = install(manifest, { https_proxy: proxy });
      await expect(refused).rejects.toThrow(/self-signed certificate.*NODE_EXTRA_CA_CERTS/s);
      expect(ranges).toEqual([]);
      https.globalAgent.options.ca = CERTIFICATE;
      try {
        await install(manifest, { https_proxy: proxy });
      } finally {
        delete https.globalAgent.options.ca;
      }
    });
    await expectInstalled();
    expect(new Set(targets)).toEqual(new Set([`wheels.invalid:${new URL(url).port}`]));
  });

  test.each([
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', /it answered with status 403 Forbidden/],
    [
      'wants a password',
      'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      /407.*http:\/\/USER:PASSWORD@HOST:PORT/,
    ],
    ['ends', '', /socket hang up|closed the connection/],
  ] as const)('that %s: the message names it, and what to set', async (_, answer, reason) => {
    const manifest = await manifestAt(address);
    await withProxy(
      (_target, socket) => socket.end(answer),
      async (proxy) => {
        const refused = install(manifest, { HTTPS_PROXY: proxy.replace('//', '//me:secret@') });
        const error = await refused.catch((problem: Error) => problem);
        const { message } = error as Error;
        expect(message).toMatch(reason);
        expect(message).toContain(`wheels.invalid was not reached through the proxy ${proxy}`);
        expect(message).toContain(
          `The proxy is ${proxy}, by the variable HTTPS_PROXY or the setting http.proxy`,
        );
        expect(message).not.toContain('secret');
      },
    );
  });

  test('at which nobody listens', async () => {
    const refused = install(await manifestAt(address), { HTTPS_PROXY: 'http://127.0.0.1:9' });
    await expect(refused).rejects.toThrow(/through the proxy http:\/\/127\.0\.0\.1:9 \(connect ECONNREFUSED/);
  });

  test('none is set, and the host is not known', async () => {
    const refused = install(await manifestAt(address));
    await expect(refused).rejects.toThrow(/wheels\.invalid was not reached .*No proxy is set for it/s);
  });
});
