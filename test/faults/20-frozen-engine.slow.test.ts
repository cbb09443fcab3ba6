/** An engine that is suspended, or hangs: it is said not to respond, and is stopped by asking, SIGTERM or SIGKILL. */
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointFolder } from '../../src/endpoint/record';
import { stopEngine } from '../../src/endpoint/stop-engine';
import type { EngineConnection } from '../../src/host/engines/engine-connection';
import type { RunAlert } from '../../src/host/runs/runs-model';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { lockHolder } from '../../src/runs/lock';
import { readRun } from '../../src/runs/store';
import { isProcessSuspended } from '../../src/setup/process-alive.mjs';
import { Cli, ended, objects } from '../cli/support';
import type { Ended } from '../cli/support';
import { goesOn, isAlive, processOf, SMALL, until } from './support';
import { openWindow } from './support/window';

/** Loaded into an engine: SIGUSR2 makes its thread wait for ever, so that it acts on nothing but SIGKILL. */
const HANG = `process.on('SIGUSR2', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));`;

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeFile(cli.path('hang.cjs'), HANG);
  process.env['XDG_STATE_HOME'] = cli.path('state');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await cli.dispose();
});

const started: ChildProcess[] = [];

interface Training {
  readonly run: string;
  readonly pid: number;
  readonly end: Promise<Ended>;
}

/** Starts a training that has a checkpoint and would never end. */
async function training(name: string, ...more: string[]): Promise<Training> {
  const run = cli.path(name);
  const args = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run, ...more];
  const child = cli.start([...args, '--set', 'checkpointEvery=200', '--set', 'patience=0'], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--require=${cli.path('hang.cjs')}`,
    },
  });
  started.push(child);
  const end = ended(child);
  await until(async () => (await listCheckpoints(run).catch(() => [])).length > 0);
  return { run, pid: await processOf(run), end };
}

async function suspend(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(() => Promise.resolve(isProcessSuspended(pid)));
}

/** The run has ended in this way, and a resume takes it over. */
async function expectResumable(run: string, outcome: string): Promise<void> {
  expect((await readRun(run)).outcome).toBe(outcome);
  const from = (await listCheckpoints(run)).at(-1)!;
  const resumed = cli.start(['resume', run, '--engine', 'onnx', '--threads', '1']);
  started.push(resumed);
  const end = ended(resumed);
  await goesOn(run);
  expect((await cli.run(['stop', run])).code).toBe(0);
  expect((await end).code).toBe(130);
  expect((await listCheckpoints(run)).at(-1)).toBeGreaterThan(from);
}

/** Most of their time is waiting for limits. */
const concurrently = process.platform === 'win32' ? test.skip : test.concurrent;

concurrently('vae stop continues a suspended training and stops it at a checkpoint', async () => {
  const { run, pid, end } = await training('suspended');
  await suspend(pid);
  const { code, stdout, stderr } = await cli.run(['stop', run, '--json']);
  expect(stderr).toMatch(/process \d+\) does not answer; it gets SIGTERM, which stops it at a checkpoint/);
  expect(stderr).not.toContain('SIGKILL');
  expect(code).toBe(0);
  expect(objects(stdout)).toMatchObject([{ type: 'stopped', state: 'stopped', means: 'terminate' }]);
  expect((await end).stdout).toContain('stopped at a checkpoint');
  expect((await readRun(run)).outcome).toBe('stopped');
  expect(await lockHolder(run)).toBe('none');
});

concurrently('one that acts on nothing is killed, also for a supervisor, and can be resumed', async () => {
  const { run, pid, end } = await training('hanging', '--supervise');
  process.kill(pid, 'SIGUSR2');
  // It hangs when SIGTERM has continued it, too; so long as it is suspended, less patience is due.
  await suspend(pid);
  const { code, stdout, stderr } = await cli.run(['stop', run]);
  expect(stderr).toContain(`process ${pid} does not act on SIGTERM; it gets SIGKILL`);
  expect(stdout).toMatch(
    /killed the training of .*; `vae resume .*` continues it from its checkpoint at step/,
  );
  expect(code).toBe(0);
  expect(isAlive(pid)).toBe(false);
  const supervisor = await end;
  expect(supervisor.stderr).toContain('was ended by SIGKILL by `vae stop` or the editor');
  expect(supervisor.code).toBe(130);
  await expectResumable(run, 'interrupted');
});

const saysSilence = (connection: EngineConnection, alerts: readonly RunAlert[]): Promise<unknown> =>
  until(() => Promise.resolve(!connection.responding && alerts.some(({ kind }) => kind === 'silent')));

concurrently('a window says that its engine does not respond, and a later window ends it', async () => {
  const { run, pid } = await training('in-window');
  const first = openWindow();
  expect(await first.runs.include(run)).toBe(true);
  const connection = first.engines.connection(run);
  expect(connection.status?.state).toBe('training');
  await suspend(pid);
  await saysSilence(connection, first.alerts);
  const second = openWindow();
  void second.runs.include(run);
  const other = second.engines.connection(run);
  expect(await other.findTraining()).toBe(true);
  await saysSilence(other, second.alerts);
  expect([connection.connected, other.connected]).toEqual([true, false]);
  expect(await second.engines.kill(other)).toBe('terminate');
  await until(() => Promise.resolve(!connection.connected && other.responding));
  await until(() => Promise.resolve(second.runs.find(run)?.record?.outcome === 'stopped'));
  expect(first.alerts.map(({ kind }) => kind)).toEqual(['silent']);
  first.close();
  second.close();
});

concurrently('one that continues by itself is as before', async () => {
  const { run, pid } = await training('goes-on');
  const { runs, engines, alerts, close } = openWindow();
  await runs.include(run);
  const connection = engines.connection(run);
  await suspend(pid);
  await saysSilence(connection, alerts);
  process.kill(pid, 'SIGCONT');
  await until(() => Promise.resolve(connection.responding));
  await goesOn(run);
  expect(connection.status?.state).toBe('training');
  close();
  // It would take a processor until the others have ended.
  process.kill(pid, 'SIGKILL');
});

concurrently('a process that is not certainly the engine is never signalled', async () => {
  const { run, pid, end } = await training('another');
  const file = join(await endpointFolder(run), 'endpoint.json');
  const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await suspend(pid);
  for (const change of [{ startTime: '1' }, { boot: 'other' }, { host: 'other' }, { pid: process.pid }]) {
    await writeFile(file, JSON.stringify({ ...record, ...change }));
    expect(await stopEngine(run, { from: 'terminate' })).toBeNull();
  }
  const { code, stderr } = await cli.run(['stop', run]);
  expect(code).toBe(2);
  expect(stderr).toContain(`process ${pid} holds the run, but has left no address`);
  expect(isProcessSuspended(pid)).toBe(true);
  // A record of an older engine names no machine; run.lock does.
  await writeFile(file, JSON.stringify({ ...record, host: undefined, boot: undefined }));
  expect(await stopEngine(run, { from: 'terminate' })).toBe('terminate');
  expect((await end).code).toBe(130);
  expect(await lockHolder(run)).toBe('none');
});
