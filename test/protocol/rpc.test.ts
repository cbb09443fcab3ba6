import { expect, test } from 'vitest';
import { RpcError, connect, serve } from '../../src/protocol/rpc';
import type { Handlers, Message, Transport } from '../../src/protocol/rpc';

interface Calls {
  double(params: { n: number }): number;
  nothing(params: object): void;
  fail(params: object): void;
  wait(params: object): string;
}
interface Events {
  tick: { at: number };
}

/** Two ends of a wire; what is posted on one arrives on the other in a later turn. */
function wire(): { left: Transport; right: Transport; cut: () => void } {
  let cut: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (cut = resolve));
  const receivers: ((message: Message) => void)[] = [];
  const end = (own: number, other: number): Transport => ({
    post: (message) => setImmediate(() => receivers[other]?.(message)),
    listen: (receive) => void (receivers[own] = receive),
    dispose: cut,
    closed,
  });
  return { left: end(0, 1), right: end(1, 0), cut };
}

let cancelled = false;
const handlers: Handlers<Calls> = {
  double: ({ n }) => 2 * n,
  nothing: () => undefined,
  fail: () => {
    throw new RpcError('bad-input', 'no good');
  },
  wait: (_params, signal) =>
    new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        cancelled = true;
        reject(new Error('aborted'));
      }),
    ),
};

function pair() {
  const { left, right, cut } = wire();
  const server = serve<Calls, Events>(right, handlers);
  return { client: connect<Calls, Events>(left), server, cut };
}

test('a call has one reply, also one of nothing', async () => {
  const { client } = pair();
  expect(await client.call('double', { n: 21 })).toBe(42);
  expect(await client.call('nothing', {})).toBeNull();
});

test('a handler that throws is a failure with its code', async () => {
  const { client } = pair();
  await expect(client.call('fail', {})).rejects.toMatchObject({ code: 'bad-input', message: 'no good' });
});

test('an unknown method, also one of Object’s, is a failure', async () => {
  const { client } = pair();
  for (const name of ['missing', 'toString', '__proto__']) {
    await expect(client.call(name as 'nothing', {})).rejects.toMatchObject({ code: 'unknown-method' });
  }
});

test('a cancel settles the call and reaches the handler', async () => {
  const { client } = pair();
  const controller = new AbortController();
  const call = client.call('wait', {}, controller.signal);
  // The handler is at it when a call after it was answered.
  await client.call('nothing', {});
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await client.call('nothing', {});
  expect(cancelled).toBe(true);
});

test('a wire that is cut settles every pending call and refuses later ones', async () => {
  const { client, cut } = pair();
  const calls = Promise.allSettled([client.call('wait', {}), client.call('wait', {})]);
  await client.call('nothing', {});
  cut();
  const closed = { status: 'rejected', reason: { code: 'closed' } };
  expect(await calls).toMatchObject([closed, closed]);
  await expect(client.call('double', { n: 1 })).rejects.toMatchObject({ code: 'closed' });
});

test('events reach their listeners until these are disposed', async () => {
  const { client, server } = pair();
  const seen: number[] = [];
  const listener = client.on('tick', ({ at }) => seen.push(at));
  server.emit('tick', { at: 1 });
  await client.call('nothing', {});
  listener.dispose();
  server.emit('tick', { at: 2 });
  await client.call('nothing', {});
  expect(seen).toEqual([1]);
});

test('a late answer to an earlier client of the same transport is not taken for an answer to this one', async () => {
  const { left, right } = wire();
  const answers: (() => void)[] = [];
  serve<{ ask(params: { n: number }): number }, Events>(right, {
    ask: ({ n }) => new Promise((resolve) => answers.push(() => resolve(n))),
  });
  void connect<{ ask(params: { n: number }): number }, Events>(left, 1).call('ask', { n: 1 });
  const page = connect<{ ask(params: { n: number }): number }, Events>(left, 1_000_001);
  const second = page.call('ask', { n: 2 });
  await expect.poll(() => answers.length).toBe(2);
  for (const answer of answers) answer();
  expect(await second).toBe(2);
});
