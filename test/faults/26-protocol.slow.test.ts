/** What arrives at an engine's socket, or at its client's, is garbage, huge, deep, or of another version. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectToRun } from '../../src/endpoint/client';
import { encodeFrame, MAX_FIRST_FRAME, MAX_FRAME } from '../../src/endpoint/frames';
import { readEndpoint } from '../../src/endpoint/record';
import type { EndpointRecord } from '../../src/endpoint/record';
import { socketTransport } from '../../src/endpoint/socket';
import { Engines } from '../../src/host/engines/engines';
import { PROTOCOL_VERSION } from '../../src/protocol/engine';
import type { EngineEvents } from '../../src/protocol/engine';
import { connect } from '../../src/protocol/rpc';
import type { EngineMethods } from '../../src/protocol/schemas/engine';
import { Cli, ended } from '../cli/support';
import type { Ended } from '../cli/support';
import { goesOn, SMALL, until } from './support';
import { impostor } from './support/impostor';

const OTHER = 99;
/** Builds the product with another version of the protocol. */
const otherProtocol: Plugin = {
  name: 'another version of the protocol',
  setup(build) {
    build.onLoad({ filter: /protocol[\\/]engine\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const own = `PROTOCOL_VERSION = ${PROTOCOL_VERSION}`;
      if (path !== resolve('src/protocol/engine.ts') || !text.includes(own)) return undefined;
      return { contents: text.replace(own, `PROTOCOL_VERSION = ${OTHER}`), loader: 'ts' };
    });
  },
};

let cli: Cli;
let other: Cli;
const started: ChildProcess[] = [];
beforeAll(async () => {
  [cli, other] = await Promise.all([Cli.build(), Cli.build([], [otherProtocol])]);
  process.env['XDG_STATE_HOME'] = cli.path('state');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all([cli.dispose(), other.dispose()]);
});

async function training(
  by: Cli,
  name: string,
): Promise<{ run: string; end: Promise<Ended>; record: EndpointRecord }> {
  const run = cli.path(name);
  const args = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run];
  const child = by.start([...args, '--set', 'patience=0'], { env: process.env });
  started.push(child);
  const end = ended(child);
  await goesOn(run);
  return { run, end, record: (await readEndpoint(run))! };
}

async function socketTo({ socket }: EndpointRecord): Promise<Socket> {
  const peer = createConnection(socket);
  peer.on('error', () => undefined);
  await once(peer, 'connect');
  return peer;
}

/** Memory of a process, in MB. */
async function memoryOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB');
  return Number(/VmRSS:\s+(\d+)/.exec(text)![1]) / 1024;
}

/** Sends bytes again and again until the engine closes the connection. Resolves to the bytes that were taken. */
async function flood(peer: Socket, bytes: Buffer, total: number): Promise<number> {
  const closed = new Promise<void>((resolve) => peer.once('close', () => resolve()));
  // A socket that is not read does not learn that it is closed.
  peer.resume();
  for (let left = total; left > 0 && !peer.destroyed; left -= bytes.length)
    await Promise.race([new Promise((taken) => peer.write(bytes, taken)), closed]);
  await closed;
  return peer.bytesWritten;
}

/** A frame whose head promises this length. */
function head(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(length, 0);
  return bytes;
}

const jsonFrame = (text: string): Buffer => {
  const frame = Buffer.alloc(8 + text.length);
  frame.writeUInt32LE(frame.length, 0);
  frame.writeUInt32LE(text.length, 4);
  frame.write(text, 8);
  return frame;
};

test('an engine cuts off whoever sends garbage, and trains on in the same memory', async () => {
  const { run, end, record } = await training(cli, 'garbage');
  const before = await memoryOf(record.pid);
  const MB = 1024 * 1024;
  const line = Buffer.alloc(MB, 'a');
  const sent: Record<string, Buffer> = {
    'a line of 1 GB': line,
    'a frame of 1 GB': Buffer.concat([head(2 ** 30), line]),
    zeros: Buffer.alloc(MB),
    'JSON that is none': jsonFrame('{"id":1,'),
    'a number': jsonFrame('7'),
    null: jsonFrame('null'),
    'a reply to nobody without an error': jsonFrame('{"id":1,"err":null}'),
  };
  for (const [what, bytes] of Object.entries(sent)) {
    const peer = await socketTo(record);
    const cutsOff = !what.startsWith('a reply');
    if (cutsOff) expect(await flood(peer, bytes, 1024 * MB), what).toBeLessThan(16 * MB);
    else peer.write(bytes);
    peer.destroy();
  }
  // Its head is enough.
  const early = (await socketTo(record)).resume();
  early.write(head(MAX_FIRST_FRAME + 1));
  await once(early, 'close');
  const calls = ['{"id":1,"call":"status","params":{}}', '{"id":2,"call":"hello","params":null}'];
  const peer = await socketTo(record);
  for (const text of [...calls, '{"id":3,"call":"__proto__","params":{}}', '[]']) peer.write(jsonFrame(text));
  let answers = '';
  peer.on('data', (bytes: Buffer) => (answers += bytes.toString()));
  await until(() => Promise.resolve((answers.match(/"err"/g) ?? []).length === 3));
  expect(answers).toContain('say hello first');
  expect(answers).toContain('not this engine');
  peer.destroy();
  expect((await memoryOf(record.pid)) - before).toBeLessThan(150);
  await goesOn(run);
  expect((await cli.run(['stop', run])).code).toBe(0);
  expect((await end).code).toBe(130);
});

test('one that knows the token may send more, but no more than a frame', async () => {
  const { run, record } = await training(cli, 'trusted');
  const hello = { id: 1, call: 'hello', params: { protocol: PROTOCOL_VERSION, token: record.token } };
  const deep = `{"id":2,"call":"metrics","params":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}}`;
  for (const bytes of [head(MAX_FRAME + 1), jsonFrame(deep)]) {
    const peer = await socketTo(record);
    peer.write(encodeFrame(hello));
    await once(peer, 'data');
    peer.resume();
    peer.write(bytes);
    await once(peer, 'close');
  }
  const connection = await connectToRun(run);
  const uris = Array.from({ length: 1000 }, (_, i) => `file:///${'x'.repeat(1000)}${i}`);
  await expect(connection!.client.call('encode', { uris })).resolves.toHaveLength(1000);
  await connection!.client.call('stop', {});
});

/** Connects like a program of another version. */
async function connectAs(version: number, record: EndpointRecord) {
  const client = connect<EngineMethods, EngineEvents>(socketTransport(await socketTo(record)));
  return { client, hello: await client.call('hello', { protocol: version, token: record.token }) };
}

test('an engine answers a client of another version what never changes, and refuses the rest by name', async () => {
  const { run, end, record } = await training(cli, 'newer-client');
  const { client, hello } = await connectAs(OTHER, record);
  expect(hello).toMatchObject({ protocol: PROTOCOL_VERSION, mode: 'train' });
  expect(await client.call('status', {})).toMatchObject({ state: 'training' });
  await expect(client.call('pause', {})).rejects.toMatchObject({
    code: 'other-version',
    message: expect.stringMatching(
      /is latent-explorer .* with version 1 of the protocol; this program speaks version 99\..* stop it, then resume it/,
    ) as string,
  });
  client.dispose();
  expect((await other.run(['stop', run], { env: process.env })).stdout).toContain(`stopped ${run}`);
  expect((await end).code).toBe(130);
});

test('a window and vae stop do the same with an engine of another version', async () => {
  const { run, end } = await training(other, 'newer-engine');
  const engines = new Engines({
    engineFolder: '/nowhere',
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  const connection = engines.connection(run);
  expect(await connection.connect()).toBe(true);
  expect(connection.status).toMatchObject({
    state: 'training',
    message: expect.stringContaining('version 99 of the protocol; this program speaks version 1') as string,
  });
  await expect(engines.ask(run, 'reconstructions', {})).rejects.toMatchObject({ code: 'other-version' });
  engines.dispose();
  expect((await cli.run(['stop', run])).stdout).toContain(`stopped ${run}`);
  expect((await end).code).toBe(130);
});

test.each([
  ['garbage without end', (peer: Socket) => endless(peer)],
  ['a frame that is too long', (peer: Socket) => void peer.write(head(MAX_FRAME + 1))],
  ['nothing, and closes', (peer: Socket) => void peer.end()],
])('a client leaves an address that answers %s', async (_what, answer) => {
  const run = cli.path();
  const liar = await impostor(run, answer);
  expect(await connectToRun(run)).toBeNull();
  await liar.close();
});

/** Writes for as long as the other side takes it. */
function endless(peer: Socket): void {
  const bytes = Buffer.alloc(64 * 1024, 'a');
  const more = (): void => {
    while (!peer.destroyed && peer.write(bytes));
  };
  peer.on('drain', more);
  more();
}
