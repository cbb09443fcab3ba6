/** 100,000 changes a second, and a client that does not look for long: few messages, little memory, and the newest at the end. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEndpoint } from '../../src/endpoint/server';
import type { EndpointServer } from '../../src/endpoint/server';
import { RunStatus } from '../../src/engine-process/jobs/run-status';
import { EngineConnection } from '../../src/host/engines/engine-connection';
import type { EngineMethods } from '../../src/protocol/schemas/engine';
import type { Handlers } from '../../src/protocol/rpc';
import { isProcessSuspended } from '../../src/setup/process-alive.mjs';
import { until } from './support';
import { memoryInUse } from './support/memory';
import { Programs } from './support/programs';

/** A client that prints the step of each event. */
const CLIENT = `
import { connectToRun } from '@/endpoint/client';
void connectToRun(process.argv[2]!).then((connection) => {
  connection!.client.on('changed', ({ step }) => process.stdout.write(step + '\\n'));
  process.stdout.write('listens\\n');
});
`;

let programs: Programs;
let run: string;
let endpoint: EndpointServer;
let status: RunStatus;
let asked: number;
beforeAll(async () => {
  programs = await Programs.build({ client: CLIENT });
});
afterAll(() => programs.dispose());
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'vae-events-'));
  process.env['XDG_STATE_HOME'] = join(run, 'state');
  status = new RunStatus('file:///run', 'training');
  asked = 0;
  const table: Partial<Handlers<EngineMethods>> = {
    hello: () => ({ protocol: 1, product: 'test', mode: 'train', pid: process.pid }),
    status: () => {
      asked++;
      return status.status;
    },
  };
  endpoint = await openEndpoint(run, 'test', table as Handlers<EngineMethods>);
});
afterEach(async () => {
  await endpoint.close();
  await rm(run, { recursive: true, force: true });
});

test('100,000 changes a second reach a window ten times a second, and end with the newest', async () => {
  status.listen({
    status: ({ step, state }) => endpoint.emit('changed', { step, state }),
    reconstructed: () => undefined,
  });
  const connection = new EngineConnection(run);
  await connection.connect();
  let redraws = 0;
  connection.changed(() => redraws++);
  asked = 0;
  const before = memoryInUse();
  const start = performance.now();
  const CHANGES = 300_000;
  for (let step = 1; step <= CHANGES; step++) {
    status.update({ step, samples: step });
    if (step % 1000 === 0) {
      await turn();
      // At the pace of the fault: 100,000 in a second.
      while ((performance.now() - start) / 1000 < step / 100_000) await turn();
    }
  }
  const seconds = (performance.now() - start) / 1000;
  await until(() => Promise.resolve(connection.status?.step === CHANGES));
  expect(redraws).toBeLessThanOrEqual(10 * seconds + 3);
  expect(asked).toBeLessThanOrEqual(10 * seconds + 3);
  expect(asked).toBeGreaterThan(seconds);
  expect(memoryInUse() - before).toBeLessThan(20);
  connection.dispose();
});

test.skipIf(process.platform === 'win32')(
  'a client that does not read for hours costs the engine nothing, and then gets the newest',
  async () => {
    const client = programs.start('client', [run]);
    client.stdout!.setEncoding('utf8');
    let said = '';
    client.stdout!.on('data', (text: string) => (said += text));
    await until(() => Promise.resolve(said.includes('listens')));
    process.kill(client.pid!, 'SIGSTOP');
    await until(() => Promise.resolve(isProcessSuspended(client.pid!)));
    const before = memoryInUse();
    // Twelve hours of ten events a second.
    const EVENTS = 12 * 3600 * 10;
    for (let step = 1; step <= EVENTS; step++) {
      endpoint.emit('changed', { step, state: 'training' });
      if (step % 1000 === 0) await turn();
    }
    expect(memoryInUse() - before).toBeLessThan(10);
    expect(endpoint.clientCount()).toBe(1);
    process.kill(client.pid!, 'SIGCONT');
    await until(() => Promise.resolve(said.endsWith(`\n${EVENTS}\n`)));
    // What the socket itself holds comes first; the rest is one event.
    expect(said.split('\n').length).toBeLessThan(EVENTS / 10);
    client.kill('SIGKILL');
    await once(client, 'exit');
  },
);
