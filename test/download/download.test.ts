import * as https from 'node:https';
import { stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { downloadDataset } from '../../src/download/download';
import { sha256Of } from '../../src/download/whole';
import { CERTIFICATE } from './certificate';
import { redirect, serve, silent } from './mirror';
import type { Behaviour } from './mirror';
import { BIG, big, inShort, SMALL, useDownloads, WHOLE } from './support';
import { eventually } from '../support/eventually';

const { events, path, mirror, download, received, failures, contents } = useDownloads();
const half = big.subarray(0, 150_000);
const whole = (): Promise<void> => expect(contents()).resolves.toEqual(WHOLE);

test('the sha256 is that of the standard', async () => {
  // The three bytes "abc", from FIPS 180-2, appendix B.1.
  await writeFile(path('abc'), 'abc');
  expect(await sha256Of(path('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

describe('a mirror that serves', () => {
  test('is asked once for each file, for nothing else, and told nothing', async () => {
    const good = await mirror(serve);
    const spare = await mirror(serve);
    expect(await download([good, spare])).toEqual([BIG, SMALL]);
    await whole();
    expect(good.requests.map(({ path }) => path)).toEqual(['/data/big.gz', '/data/small.gz']);
    for (const { headers } of good.requests)
      expect(headers).toEqual(['accept-encoding', 'connection', 'host']);
    expect(spare.requests).toEqual([]);
  });

  test('brings progress from the first byte to the last of all files', async () => {
    await download([await mirror(serve)]);
    const progress = events.filter((event) => event.type === 'progress');
    const received = progress.map((event) => event.received);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(progress.at(-1)).toEqual({ type: 'progress', file: SMALL, received: 301_000, total: 301_000 });
    expect(received.length).toBeGreaterThan(3);
  });

  test('is asked for what is missing, and the progress counts what was there', async () => {
    const good = await mirror(serve);
    await writeFile(path(BIG), big);
    expect(await download([good])).toEqual([SMALL]);
    const received = events.flatMap((event) => (event.type === 'progress' ? event.received : []));
    expect(Math.min(...received)).toBeGreaterThan(300_000);
    expect(received.at(-1)).toBe(301_000);
  });

  test('is not asked for what is there and whole, even by name', async () => {
    const good = await mirror(serve);
    await download([good]);
    const long = new Date(0);
    await utimes(path(BIG), long, long);
    expect(await download([good])).toEqual([]);
    expect(good.requests).toHaveLength(2);
    expect((await stat(path(BIG))).mtimeMs).toBe(0);
  });

  test('replaces a file that is there and damaged', async () => {
    const good = await mirror(serve);
    await download([good]);
    const damaged = Buffer.from(big);
    damaged[77]! ^= 1;
    await writeFile(path(BIG), damaged);
    expect(await download([good])).toEqual([BIG]);
    await whole();
  });

  test('that names no length is fine', async () => {
    const chunked: Behaviour = (_request, response, bytes) => void response.writeHead(200).end(bytes);
    await download([await mirror(chunked)]);
    await whole();
  });
});

describe('over https', () => {
  test('a certificate that nobody signed is refused', async () => {
    const secure = await mirror(serve, true);
    const refused = download([secure], { allowLoopbackHttp: false });
    await expect(refused).rejects.toThrow(/was not reached \(self-signed certificate/);
    expect(secure.requests).toEqual([]);
  });

  test('a trusted one is served, and does not lead back to http', async () => {
    const secure = await mirror(serve, true);
    const plain = await mirror(serve);
    const astray = await mirror(redirect(`${plain.url}${BIG}`), true);
    https.globalAgent.options.ca = CERTIFICATE;
    try {
      await download([astray, secure], { allowLoopbackHttp: false });
    } finally {
      delete https.globalAgent.options.ca;
    }
    expect(failures()).toEqual([expect.stringMatching(/only https is used/)]);
    expect(plain.requests).toEqual([]);
    await whole();
  });
});

describe('an end before the end', () => {
  test.each<[string, number, Behaviour]>([
    ['before the answer', 0, silent],
    ['in the middle of the body', half.length, (_, r) => void r.writeHead(200).write(half)],
  ])('by a cancel %s leaves what the next download continues', async (_name, arrived, behaviour) => {
    const cancel = new AbortController();
    const cancelWhen = (there: number): void => {
      if (there === arrived) cancel.abort();
    };
    const waiting = await mirror((request, response, bytes) => {
      behaviour(request, response, bytes);
      cancelWhen(0);
    });
    const cancelled = download([waiting], {
      signal: cancel.signal,
      report: (event) => event.type === 'progress' && cancelWhen(event.received),
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await contents()).toEqual(arrived === 0 ? [] : [inShort(`${BIG}.partial`, half)]);
    const good = await mirror(serve);
    await download([good]);
    expect(good.ranges[0]).toBe(arrived === 0 ? undefined : `bytes=${arrived}-`);
    await whole();
  });

  test('by a cancel beforehand asks nobody', async () => {
    const good = await mirror(serve);
    await expect(download([good], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(good.requests).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('by a full disk says so, and what is needed', async () => {
    // Every write to this device fails as on a full disk.
    await symlink('/dev/full', path(`${BIG}.partial`));
    const good = await mirror(serve);
    const spare = await mirror(serve);
    await expect(download([good, spare])).rejects.toThrow(
      /the disk is full; make room \(ENOSPC\) and start again; 301,000 more bytes are needed/,
    );
    expect(spare.requests).toEqual([]);
  });

  test('by a file in the folder’s place says so', async () => {
    await writeFile(path('taken'), '');
    const nothing = { name: 'n', title: 'N', files: [], mirrors: [] };
    const options = { signal: new AbortController().signal, report: () => undefined };
    await expect(downloadDataset(nothing, path('taken'), options)).rejects.toThrow(
      /taken: there is a file where a folder was expected; move it away \(EEXIST\)/,
    );
  });
});

describe('two downloads at once', () => {
  test('do not harm each other', async () => {
    const good = await mirror(serve);
    const slow = await mirror((_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes!.length });
      response.write(bytes!.subarray(0, 500));
      const otherCame = eventually(() => good.requests.length).toBeGreaterThan(0);
      void otherCame.then(() => response.end(bytes!.subarray(500)));
    });
    await writeFile(path(`${BIG}.partial`), half);
    await Promise.all([download([good]), download([slow]), download([slow, good])]);
    await whole();
    expect(failures()).toEqual([]);
  });

  test('do not take each other’s bytes for left ones', async () => {
    let goOn = (): void => undefined;
    const slow = await mirror((_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes!.length });
      response.write(half);
      goOn = () => response.end(bytes!.subarray(half.length));
    });
    const good = await mirror(serve);
    const first = download([slow, good]);
    await eventually(received).toBe(half.length);
    expect(await download([good])).toEqual([BIG, SMALL]);
    expect(good.ranges).toEqual([undefined, undefined]);
    goOn();
    // The second file it finds there.
    expect(await first).toEqual([BIG]);
    await whole();
  });
});
