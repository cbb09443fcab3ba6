/** What listens at an engine's recorded address stalls, lies or dies; and the token that opens it is nowhere but in its record. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectToRun } from '../../src/endpoint/client';
import { encodeFrame } from '../../src/endpoint/frames';
import { endpointFolder, readEndpoint } from '../../src/endpoint/record';
import type { EndpointRecord } from '../../src/endpoint/record';
import { openEndpoint } from '../../src/endpoint/server';
import type { EndpointServer } from '../../src/endpoint/server';
import { socketTransport } from '../../src/endpoint/socket';
import { Engines } from '../../src/host/engines/engines';
import { PROTOCOL_VERSION } from '../../src/protocol/engine';
import type { EngineEvents } from '../../src/protocol/engine';
import { connect } from '../../src/protocol/rpc';
import type { Handlers } from '../../src/protocol/rpc';
import type { EngineMethods } from '../../src/protocol/schemas/engine';
import { Cli, ended } from '../cli/support';
import { status } from '../support/engine-status';
import { goesOn, processOf, SMALL } from './support';
import { impostor } from './support/impostor';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker']);
  process.env['XDG_STATE_HOME'] = cli.path('state');
  process.env['XDG_CACHE_HOME'] = cli.path('cache');
});
afterAll(() => cli.dispose());

const send = (peer: Socket, ...messages: unknown[]): void =>
  messages.forEach((message) => void peer.write(encodeFrame(message)));
/** Sends a message without end, as fast as it is taken. */
function endless(peer: Socket, message: unknown): void {
  const frame = encodeFrame(message);
  const more = (): void => {
    while (!peer.destroyed && peer.write(frame));
  };
  peer.on('drain', more);
  more();
}

test.each<[string, (peer: Socket) => void]>([
  ['nothing', () => undefined],
  ['half of a frame, and no more', (peer) => void peer.write(encodeFrame({ id: 1, ok: {} }).subarray(0, 9))],
  ['to calls that nobody made', (peer) => send(peer, { id: 7, ok: 7 }, { id: '__proto__', ok: 7 }, 7, 'x')],
  [
    'with events without end',
    (peer) => endless(peer, { event: 'changed', data: { step: 1, state: 'training' } }),
  ],
  ['with calls of its own', (peer) => send(peer, { id: 1, call: 'hello', params: {} })],
  ['with null', (peer) => send(peer, { id: 1, ok: null })],
  ['with an error of no kind', (peer) => send(peer, { id: 1, err: null })],
  ['with a refusal', (peer) => send(peer, { id: 1, err: { code: 'refused', message: 'no' } })],
  ['by the end of the connection', (peer) => void peer.destroy()],
])('an address that answers %s is left in time', async (_what, answer) => {
  const liar = await impostor(cli.path(), answer);
  const start = performance.now();
  expect(await connectToRun(cli.path(), 500)).toBeNull();
  expect(performance.now() - start).toBeLessThan(5000);
  expect(liar.connections()).toBe(1);
  await liar.close();
});

/** An engine that does with a request what a test says. */
async function engine(
  calls: string[],
  name: string,
  sample: () => Promise<unknown>,
): Promise<EndpointServer> {
  const table: Partial<Handlers<EngineMethods>> = {
    hello: () => ({ protocol: PROTOCOL_VERSION, product: 'test', mode: 'serve', pid: process.pid }),
    status: () => status(),
    sample: (async () => {
      calls.push(name);
      return sample();
    }) as never,
  };
  return openEndpoint(cli.path(), 'test', table as Handlers<EngineMethods>);
}

test('a request whose engine dies is made again once, of the next engine', async () => {
  const engines = new Engines({
    engineFolder: '/nowhere',
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  const ask = (): Promise<unknown> => engines.ask(cli.path(), 'sample', { from: 'prior', count: 1, seed: 1 });
  const calls: string[] = [];
  const dies = (own: () => EndpointServer, next: () => Promise<unknown>) => async () => {
    // The next one is there before the connection to this one ends.
    await next();
    void own().close();
    return new Promise(() => undefined);
  };
  const answers = (): Promise<EndpointServer> => engine(calls, 'answers', () => Promise.resolve('pixels'));
  let [second, third]: EndpointServer[] = [];
  const first = await engine(
    calls,
    'dies',
    dies(
      () => first,
      async () => (second = await answers()),
    ),
  );
  expect(await ask()).toBe('pixels');
  expect(calls.splice(0)).toEqual(['dies', 'answers']);
  await second!.close();

  const dying = await engine(
    calls,
    'dies',
    dies(
      () => dying,
      async () => {
        second = await engine(
          calls,
          'dies, too',
          dies(
            () => second!,
            async () => (third = await answers()),
          ),
        );
      },
    ),
  );
  await expect(ask()).rejects.toMatchObject({ code: 'closed' });
  // Not for ever: a request that kills each engine would end them all.
  expect(calls).toEqual(['dies', 'dies, too']);
  await third!.close();
  engines.dispose();
});

/** All that the engine's socket answers to these hellos. */
async function answersTo({ socket }: EndpointRecord, hellos: readonly object[]): Promise<string[]> {
  const said: string[] = [];
  for (const params of hellos) {
    const peer = createConnection(socket);
    const client = connect<EngineMethods, EngineEvents>(socketTransport(peer));
    const tried = client.call('hello', params as never).then(
      (hello) =>
        client.call('metrics', { since: 'x' } as never).catch((error: Error) => [hello, error.message]),
      (error: Error) => error.message,
    );
    said.push(JSON.stringify(await tried));
    client.dispose();
  }
  return said;
}

/** The names of the files below a folder that hold a text. */
async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const found = await Promise.all(names.map(async (name) => (await readFile(name)).includes(text)));
  return names.filter((_, i) => found[i]);
}

test('the token is in its record alone: in no log, error, file or argument', async () => {
  const run = cli.path('run');
  const args = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run];
  const child = cli.start([...args, '--set', 'patience=0'], { env: process.env });
  const end = ended(child);
  await goesOn(run);
  const record = (await readEndpoint(run))!;
  const { token } = record;
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const wrong = token.replace(/^./, (first) => (first === '0' ? '1' : '0'));
  const said = await answersTo(record, [
    { protocol: PROTOCOL_VERSION, token: wrong },
    { protocol: PROTOCOL_VERSION, token: `${token} ` },
    { protocol: PROTOCOL_VERSION, token: [token] },
    { protocol: 'x', token },
    { protocol: PROTOCOL_VERSION + 1, token },
    { protocol: PROTOCOL_VERSION, token },
    {},
  ]);
  expect(said[0]).toContain('the token is not this engine’s');
  // Whoever knows the token is let in, and even then it is not repeated.
  expect(said.at(-2)).toContain('since');
  const inProc = `/proc/${await processOf(run)}`;
  if (process.platform === 'linux')
    for (const of of ['cmdline', 'environ']) said.push(await readFile(join(inProc, of), 'utf8'));
  for (const command of [
    ['runs', cli.path(), '--json'],
    ['resume', run],
  ]) {
    const { stdout, stderr } = await cli.run(command, { env: process.env });
    said.push(stdout, stderr);
  }
  // As long as the engine lives the record is there, so the search finds what there is to find.
  const recordPath = join(await endpointFolder(run), 'endpoint.json');
  expect(await filesWith(token, cli.path())).toEqual([recordPath]);
  expect((await stat(recordPath)).mode & 0o777).toBe(0o600);
  said.push((await cli.run(['stop', run], { env: process.env })).stdout);
  const { stdout, stderr } = await end;
  said.push(stdout, stderr);
  expect(await filesWith(token, cli.path())).toEqual([]);

  // The engine of a window writes its log into the run folder.
  const engines = new Engines({
    engineFolder: dirname(cli.program),
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  await engines.ask(run, 'sample', { from: 'prior', count: 1, seed: 1 });
  const own = (await readEndpoint(run))!;
  said.push(...(await answersTo(own, [{ protocol: PROTOCOL_VERSION, token: wrong }, { token: own.token }])));
  expect(await filesWith(own.token, cli.path())).toEqual([recordPath]);
  expect((await stat(join(run, 'log.txt'))).size).toBeGreaterThan(0);
  const connection = engines.connection(run);
  await connection.call('stop', {}).catch((error: unknown) => said.push(String(error)));
  await connection.untilGone();
  engines.dispose();
  for (const text of said) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(own.token);
  }
});
