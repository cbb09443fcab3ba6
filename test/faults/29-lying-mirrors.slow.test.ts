/** Mirrors of a download that lie, stall, drip or break off: each is left for the next, and what arrives is the file or nothing. */
import { describe, expect, test } from 'vitest';
import { breakOff, inTurn, noise, redirect, serve, silent } from '../download/mirror';
import type { Behaviour } from '../download/mirror';
import { BIG, big, inShort, SMALL, useDownloads, WHOLE } from '../download/support';

const { events, mirror, download, received, failures, contents } = useDownloads();
const half = big.subarray(0, 150_000);
const whole = (): Promise<void> => expect(contents()).resolves.toEqual(WHOLE);

const page: Behaviour = (_request, response) =>
  void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Please log in</p>');
const refuse =
  (status: number): Behaviour =>
  (_request, response) =>
    void response.writeHead(status).end('no');
const lie: Behaviour = (request, response, bytes) => serve(request, response, noise(bytes!.length, 9));
/** Answers with bytes that need not be HTTP. */
const raw =
  (text: string): Behaviour =>
  ({ socket }) =>
    void socket.write(text, 'latin1');
/** Sends a text again and again, each time well within the stall timeout. */
const drip =
  (head: string, drop: string): Behaviour =>
  ({ socket }) => {
    socket.write(head);
    const timer = setInterval(() => void socket.write(drop), 20);
    socket.once('close', () => clearInterval(timer));
  };

describe('the next mirror is asked when one', () => {
  test.each<[string, Behaviour, RegExp]>([
    ['has no such file', refuse(404), /status 404/],
    ['is in trouble', refuse(500), /status 500/],
    ['sends a part unasked', refuse(206), /status 206/],
    ['answers with a web page', page, /a web page instead/],
    ['lies', lie, /other bytes than those of the file/],
    ['redirects to http', redirect('http://mirror.invalid/big.gz'), /http:\/\/mirror\.invalid; only https/],
    ['redirects to a file', redirect('file:///etc/hosts'), /only https/],
    ['redirects to nowhere', redirect('http://['), /invalid address/],
    ['redirects for ever', redirect('again'), /more than 3 times/],
    [
      'announces another length',
      (_, r) => void r.writeHead(200, { 'content-length': 5 }).end('short'),
      /5 b/,
    ],
    ['sends too little', (_, r) => void r.writeHead(200).end('short'), /ended after 5 of 300000 bytes/],
    ['breaks off at once', (_, r) => void r.destroy(), /was not reached \(/],
    [
      'switches to another protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      /closed the connection without an answer/,
    ],
    ['speaks no HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n'), /was not reached \(Parse Error/],
    [
      'sends headers of a megabyte',
      raw(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(2 ** 20)}\r\n\r\n`),
      /was not reached \(Parse Error: Header overflow/,
    ],
    [
      'names two lengths',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nContent-Length: 1\r\n\r\n'),
      /was not reached \(Parse Error: Duplicate Content-Length/,
    ],
    [
      'breaks the framing of its body',
      raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n'),
      /broke off/,
    ],
    [
      'hides an escape sequence in a redirect',
      raw('HTTP/1.1 302 Found\r\nLocation: x://a\x1b[2J/\r\n\r\n'),
      /^[ -~]*$/,
    ],
  ])('%s', async (_name, behaviour, reason) => {
    const bad = await mirror(behaviour);
    const good = await mirror(serve);
    expect(await download([bad, good])).toEqual([BIG, SMALL]);
    expect(failures()[0]).toMatch(reason);
    // The one that delivered is asked first for the next file.
    expect(failures()).toHaveLength(1);
    await whole();
  });

  test('never ends', async () => {
    let sent = 0;
    const endless = await mirror((_request, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(65_536);
      const more = (): void => {
        for (let isFree = true; isFree && !response.destroyed; sent += piece.length)
          isFree = response.write(piece);
      };
      response.on('drain', more);
      more();
    });
    await download([endless, await mirror(serve)]);
    expect(failures()).toEqual(['sent more than the 300000 bytes of the file']);
    // The connection was ended: what went out beyond the file are the buffers of the system.
    expect(sent).toBeLessThan(2e7);
    await whole();
  });

  test.each<[string, Behaviour]>([
    ['says nothing', silent],
    ['falls silent before the body', (_, r) => void r.writeHead(200).flushHeaders()],
    ['falls silent in the middle', (_, r) => void r.writeHead(200).write(half)],
  ])('%s', async (_name, behaviour) => {
    const good = await mirror(serve);
    await download([await mirror(behaviour), good], { stall: 1_000 });
    expect(failures()).toEqual(['sent nothing for 1 s']);
    await whole();
  });

  test.each<[string, Behaviour, RegExp]>([
    ['drips its file', drip('HTTP/1.1 200 OK\r\n\r\n', 'x'), /^sent only \d+ bytes in 1 s$/],
    ['drips its headers', drip('HTTP/1.1 200 OK\r\n', 'X: x\r\n'), /^sent nothing for 1 s$/],
    ['says for ever that it works', drip('', 'HTTP/1.1 102 Processing\r\n\r\n'), /^sent nothing for 1 s$/],
  ])('%s', async (_name, behaviour, reason) => {
    const good = await mirror(serve);
    await download([await mirror(behaviour), good], { stall: 1_000 });
    expect(failures()).toEqual([expect.stringMatching(reason)]);
    await whole();
  });

  test('is not there', async () => {
    const gone = await mirror(serve);
    await gone.close();
    await download([gone, await mirror(serve)]);
    expect(failures()[0]).toMatch(/^was not reached \(.*ECONNREFUSED/);
    await whole();
  });

  test('breaks off: it goes on from there', async () => {
    const breaking = await mirror(breakOff(100_000, received));
    const good = await mirror(serve);
    await download([breaking, good]);
    expect(failures()[0]).toMatch(/^broke off \(/);
    expect(good.ranges[0]).toBe('bytes=100000-');
    await whole();
  });
});

describe('a mirror alone', () => {
  test('that breaks off is asked again for the rest, as long as more comes', async () => {
    const breaking = await mirror(inTurn(breakOff(100_000, received), breakOff(100_000, received), serve));
    await download([breaking]);
    expect(breaking.ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-', undefined]);
    await whole();
  });

  test('that brings a little each time is not asked for ever', async () => {
    const slow = await mirror(breakOff(10, received));
    await expect(download([slow])).rejects.toThrow(/big\.gz could not be downloaded/);
    expect(slow.requests).toHaveLength(5);
    expect(await contents()).toEqual([inShort(`${BIG}.partial`, big.subarray(0, 50))]);
  });

  test('that brings nothing is not asked again', async () => {
    const bad = await mirror(refuse(503));
    await expect(download([bad])).rejects.toThrow(/status 503/);
    expect(bad.requests).toHaveLength(1);
  });

  test('that redirects in a circle is asked four times', async () => {
    const circle = await mirror(redirect('again'));
    await expect(download([circle])).rejects.toThrow(/redirects more than 3 times/);
    expect(circle.requests).toHaveLength(4);
  });

  test('that lies is not asked again', async () => {
    const liar = await mirror(lie);
    await expect(download([liar])).rejects.toThrow(/sha256 does not fit/);
    expect(liar.requests).toHaveLength(1);
    expect(await contents()).toEqual([]);
  });

  test('may redirect, and the host is told', async () => {
    const good = await mirror(serve);
    const other = await mirror((request, response) =>
      redirect(new URL(request.url!, good.url).href)(request, response),
    );
    await download([other]);
    const host = new URL(good.url).host;
    expect(events.filter(({ type }) => type === 'redirect')).toEqual([
      { type: 'redirect', file: BIG, host },
      { type: 'redirect', file: SMALL, host },
    ]);
    await whole();
  });

  test('on this machine without encryption is for tests only', async () => {
    const good = await mirror(serve);
    await expect(download([good], { allowLoopbackHttp: false })).rejects.toThrow(/only https is used/);
    expect(good.requests).toEqual([]);
  });
});
