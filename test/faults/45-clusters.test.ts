/** What goes wrong with a run on a cluster, there and here; test/cluster and test/host/clusters have the other faults of clusters. */
import { mkdir, open, readFile, readdir, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nextAttempt, nextRetries, whyNotAgain } from '../../src/cluster/recover';
import { packageOf } from '../../src/cluster/package';
import { MAX_PACKAGE_BYTES } from '../../src/cluster/ray/jobs';
import { requestStop } from '../../src/cluster/stop';
import { prepareSubmission } from '../../src/cluster/submit';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { readRemoteRun } from '../../src/runs/remote-run';
import { FakeDashboard } from '../cluster/fake-dashboard';
import {
  checkpointBytes,
  connectionOf,
  ended,
  followed,
  remoteRun,
  rows,
  RunningJob,
} from '../cluster/remote-world';
import { useFolder } from '../host/support';

const folder = useFolder();
let dashboard: FakeDashboard;
let run: string;
beforeEach(async () => {
  dashboard = await FakeDashboard.start();
  run = join(folder.path(), 'far');
  await mkdir(run);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await dashboard.close();
});

const curve = (): Promise<string> => readFile(join(run, 'metrics.jsonl'), 'utf8');
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Lets files grow by half of what is written and no further, as a disk does that becomes full, until the function is called. */
async function fillDisk(): Promise<() => void> {
  const handle = await open(join(run, 'probe'), 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const spy = vi.spyOn(prototype, 'appendFile').mockImplementation(async function (this: FileHandle, data) {
    const whole = String(data);
    await this.write(whole.slice(0, whole.length / 2));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  return () => spy.mockRestore();
}

describe('a full disk', () => {
  test('here is waited for: the curve keeps whole lines alone, and all of it comes once there is room', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 10));
    let makeRoom: () => void = () => undefined;
    const all = [...rows(1, 40), ended('finished', 39)];
    const { end, events, waits } = await followed(run, dashboard, remoteRun(), async (tick) => {
      if (tick === 1) {
        makeRoom = await fillDisk();
        job.curve(rows(1, 30));
        job.file('checkpoints/20.safetensors', await checkpointBytes(20));
      }
      if (tick === 3) {
        // The line that was torn is cut off, and the state says that the run goes on.
        expect(await curve()).toBe(text(rows(1, 10)));
        expect((await readRemoteRun(run))?.state).toBe('running');
        makeRoom();
        job.curve(all);
      }
    });
    const full = events.filter((event) => event.type === 'unwritable');
    expect(full.length).toBeGreaterThan(0);
    expect(full[0]!.message).toMatch(
      /^the disk is full: nothing more can be written in .*far, [\d,]+ are free$/,
    );
    expect(events.some(({ type }) => type === 'writable')).toBe(true);
    expect(waits).toEqual([1000, 1000, 2000]);
    expect(end.state).toBe('ended');
    expect(await curve()).toBe(text(all));
    expect(await listCheckpoints(run)).toEqual([20]);
  });

  test('there pauses the run, and what its engine says is told', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 10));
    const said = 'Training is paused, because the disk is full: 9 bytes are needed in /x, 0 are free';
    job.log(`{"type":"row"}\n${JSON.stringify({ warning: said })}\n{"type":"progress"}\n`);
    const stop = (tick: number, leave: () => void): void => void (tick === 6 && leave());
    const { events, end } = await followed(run, dashboard, remoteRun(), stop, { step: 20_000 });
    expect(events.filter((event) => event.type === 'stalled').map((event) => event.said)).toEqual([said]);
    expect(end.state).toBe('left');
  });
});

describe('a job that ends by the doing of others', () => {
  test('is stopped if its engine could still say so', async () => {
    const job = new RunningJob(dashboard);
    const lines = [...rows(1, 20), ended('stopped', 19)];
    const { end } = await followed(run, dashboard, remoteRun(), () => {
      job.job.status = 'STOPPED';
      job.curve(lines);
    });
    expect(end.state).toBe('ended');
    expect(await curve()).toBe(text(lines));
  });

  test('has failed if its engine was killed, and keeps what was fetched', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 20));
    job.file('checkpoints/10.safetensors', await checkpointBytes(10));
    const { end } = await followed(run, dashboard, remoteRun(), () => {
      job.job.status = 'FAILED';
      job.job.message = 'Job entrypoint command failed with exit code 137';
    });
    expect([end.state, end.message]).toEqual(['failed', job.job.message]);
    expect(await curve()).toBe(text(rows(1, 20)));
    expect(await listCheckpoints(run)).toEqual([10]);
  });

  test('and whose stop took longer than Ray waits has failed, with its last checkpoint', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 20));
    job.file('checkpoints/10.safetensors', await checkpointBytes(10));
    dashboard.onStop = (stopped) => {
      stopped.status = 'STOPPED';
      stopped.message = 'Job was intentionally stopped.';
    };
    const connection = connectionOf(dashboard);
    const { end } = await followed(run, dashboard, remoteRun(), async (tick) => {
      if (tick === 1) expect(await requestStop(connection, remoteRun())).toBe(true);
    });
    expect([end.state, end.message]).toEqual(['failed', 'Job was intentionally stopped.']);
    expect(await listCheckpoints(run)).toEqual([10]);
  });

  test('is not stopped if it is another one of its name, nor if there is none', async () => {
    const connection = connectionOf(dashboard);
    expect(await requestStop(connection, remoteRun())).toBe(false);
    const job = new RunningJob(dashboard, remoteRun({ digest: 'e'.repeat(64) }));
    await expect(requestStop(connection, remoteRun())).rejects.toThrow(
      /not the one that was submitted, and was left alone/,
    );
    expect(job.job.status).toBe('RUNNING');
  });
});

test('a clock that jumps, here or there, changes nothing of what is fetched', async () => {
  const job = new RunningJob(dashboard);
  const from = (seconds: number, lines: readonly string[]): string[] =>
    lines.map((line) => line.replace('"seconds":0', `"seconds":${seconds}`));
  const all = [...from(5e9, rows(1, 20)), ...from(-0.5, rows(20, 40)), ended('finished', 39)];
  // Each look at the clock of this machine shows a day earlier.
  let day = 20_000;
  vi.spyOn(Date, 'now').mockImplementation(() => day-- * 86_400_000);
  const { end } = await followed(run, dashboard, remoteRun(), (tick) => {
    job.curve(tick === 1 ? all.slice(0, 25) : all);
  });
  expect(end.state).toBe('ended');
  expect(await curve()).toBe(text(all));
  expect(await readdir(run)).not.toContain('run.lock');
});

test('a package over the limit of Ray is refused before anything is sent or written', async () => {
  const { job } = remoteRun();
  const one = { id: 'far', attempt: 1, retries: 0, job };
  const engine = packageOf('engine', new Uint8Array(MAX_PACKAGE_BYTES + 1));
  await expect(
    prepareSubmission(run, connectionOf(dashboard), one, engine, null, [], new Date(0)),
  ).rejects.toThrow(/the engine would be 104857601 bytes in one piece, and Ray takes 104857600/);
  expect([dashboard.asked, await readdir(run)]).toEqual([[], []]);
});

test('a run that is lost again and again is submitted again three times, and each time only if it has recorded something', async () => {
  await writeFile(join(run, 'metrics.jsonl'), text(rows(1, 11)));
  let remote = remoteRun({ linesBefore: 0 });
  const attempts: number[] = [];
  for (let lines = 11; (await whyNotAgain(run, remote)) === null; lines++) {
    remote = {
      ...remote,
      attempt: nextAttempt(remote),
      retries: nextRetries(remote),
      linesBefore: lines - 1,
    };
    attempts.push(remote.attempt);
    // Nothing has come of it yet.
    if (attempts.length < 3) expect(await whyNotAgain(run, remote)).toMatch(/recorded nothing/);
    await writeFile(join(run, 'metrics.jsonl'), text(rows(1, lines + 1)));
  }
  expect(attempts).toEqual([2, 3, 4]);
  expect(await whyNotAgain(run, remote)).toBe('it was submitted again 3 times already');
  // One that never came there is brought to its end, however often that takes.
  const never = { ...remote, session: null };
  expect([await whyNotAgain(run, never), nextAttempt(never), nextRetries(never)]).toEqual([null, 4, 3]);
});
