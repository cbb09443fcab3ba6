import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { noise, serve } from './mirror';
import type { Behaviour } from './mirror';
import { BIG, big, inShort, SMALL, useDownloads, WHOLE } from './support';

const { path, mirror, download, failures, contents } = useDownloads();
const half = big.subarray(0, 150_000);
const whole = (): Promise<void> => expect(contents()).resolves.toEqual(WHOLE);

describe('bytes that had arrived', () => {
  test('are continued where the mirror can do that', async () => {
    const good = await mirror(serve);
    await writeFile(path(`${BIG}.partial`), half);
    await download([good]);
    expect(good.ranges).toEqual(['bytes=150000-', undefined]);
    await whole();
  });

  test('are dropped where it sends the whole file', async () => {
    const plain = await mirror((request, response, bytes) => {
      delete request.headers.range;
      serve(request, response, bytes);
    });
    await writeFile(path(`${BIG}.partial`), noise(150_000, 5));
    await download([plain]);
    expect(plain.requests).toHaveLength(2);
    await whole();
  });

  test.each([
    ['another range', (_: unknown, response) => response.setHeader('content-range', 'bytes 0-299999/300000')],
    ['another length', (_: unknown, response) => response.setHeader('content-range', 'bytes 150000-9/10')],
    ['no range', () => undefined],
  ] as [string, Behaviour][])('are begun anew after a 206 with %s', async (_name, setRange) => {
    const wrong = await mirror((request, response, bytes) => {
      if (request.headers.range === undefined) return serve(request, response, bytes);
      setRange(request, response, bytes);
      response.writeHead(206).end(bytes);
    });
    await writeFile(path(`${BIG}.partial`), half);
    await download([wrong]);
    expect(wrong.ranges).toEqual(['bytes=150000-', undefined, undefined]);
    await whole();
  });

  test('are begun anew after a 416', async () => {
    const strict = await mirror((request, response, bytes) =>
      request.headers.range === undefined
        ? serve(request, response, bytes)
        : response.writeHead(416, { 'content-range': `bytes */${bytes!.length}` }).end(),
    );
    await writeFile(path(`${BIG}.partial`), half);
    await download([strict]);
    await whole();
  });

  test('that were wrong do not make the mirror a liar', async () => {
    const good = await mirror(serve);
    await writeFile(path(`${BIG}.partial`), noise(150_000, 5));
    await download([good]);
    expect(good.ranges).toEqual(['bytes=150000-', undefined, undefined]);
    expect(failures()).toEqual([]);
    await whole();
  });

  test('need no request when they are all there', async () => {
    const good = await mirror(serve);
    await writeFile(path(`${BIG}.partial`), big);
    expect(await download([good])).toEqual([SMALL]);
    expect(good.requests.map(({ path }) => path)).toEqual(['/data/small.gz']);
    await whole();
  });

  test.each([
    ['as many, but wrong', noise(big.length, 5)],
    ['too many', Buffer.concat([big, half])],
  ])('and are %s are begun anew', async (_name, bytes) => {
    const good = await mirror(serve);
    await writeFile(path(`${BIG}.partial`), bytes);
    await download([good]);
    expect(good.ranges).toEqual([undefined, undefined]);
    await whole();
  });

  test('of a process that died are taken over, the longest of them; the rest is cleared away', async () => {
    const good = await mirror(serve);
    // Above the highest process id of Linux and macOS.
    await writeFile(path(`${BIG}.partial-4194305-0`), half);
    await writeFile(path(`${BIG}.partial-4194306-3`), half.subarray(0, 10));
    await writeFile(path(`${BIG}.partial`), half.subarray(0, 100));
    await download([good]);
    expect(good.ranges[0]).toBe('bytes=150000-');
    await whole();
  });

  test('of a process that lives are left to it', async () => {
    const good = await mirror(serve);
    const theirs = `${BIG}.partial-${process.ppid}-0`;
    await writeFile(path(theirs), half);
    await download([good]);
    expect(good.ranges[0]).toBeUndefined();
    expect(await contents()).toContain(inShort(theirs, half));
  });
});
