import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClusterError } from '../../../src/cluster/ray/errors';
import { listCheckpoints } from '../../../src/runs/checkpoint';
import { readRemoteRun } from '../../../src/runs/remote-run';
import { FakeDashboard, RECORDED } from '../../cluster/fake-dashboard';
import {
  checkpointBytes,
  connectionOf,
  ended,
  remoteRun,
  rows,
  RunningJob,
} from '../../cluster/remote-world';
import { eventually } from '../../support/eventually';
import { useFolder } from '../support';
import { ClusterWindow, submittedRun } from './cluster-window';

const folder = useFolder();
const windows: ClusterWindow[] = [];
let dashboard: FakeDashboard;
let root: string;
let run: string;
beforeEach(async () => {
  dashboard = await FakeDashboard.start();
  root = join(folder.path(), '.vae', 'runs');
  await mkdir(root, { recursive: true });
  run = await submittedRun(root);
});
afterEach(async () => {
  for (const each of windows.splice(0)) await each.close();
  await dashboard.close();
});

function openWindow(change: ConstructorParameters<typeof ClusterWindow>[2] = {}): ClusterWindow {
  const opened = new ClusterWindow(root, dashboard, change);
  windows.push(opened);
  return opened;
}

const curve = (): Promise<string> => readFile(join(run, 'metrics.jsonl'), 'utf8').catch(() => '');
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

test('a run is in the list as soon as it is submitted, and followed by itself until it has ended', async () => {
  const job = new RunningJob(dashboard);
  job.job.status = 'PENDING';
  const window = openWindow();
  await window.runs.refresh();
  expect(window.entry).toMatchObject({ folder: run, record: null, awaited: { state: 'waiting' } });
  await eventually(() => window.entry?.followed?.status.message).toMatch(
    /waits for a place: asks for 1 CPUs/,
  );
  expect(window.entry?.followed?.status.state).toBe('preparing');
  job.job.status = 'RUNNING';
  job.config();
  job.curve(rows(1, 30));
  job.file('checkpoints/20.safetensors', await checkpointBytes(20));
  window.remotes.wake(run);
  await eventually(() => window.entry?.followed?.status).toMatchObject({
    ...{ state: 'training', step: 20, message: '', trainBound: -1 },
  });
  expect(window.entry?.record?.checkpoints).toEqual([20]);
  job.curve([...rows(1, 40), ended('finished', 39)]);
  job.job.status = 'SUCCEEDED';
  window.remotes.wake(run);
  await eventually(() => window.ends.map(({ end }) => end.state)).toEqual(['ended']);
  expect(await curve()).toBe(text([...rows(1, 40), ended('finished', 39)]));
  await eventually(() => window.entry?.followed).toBeNull();
  expect(window.entry?.record?.outcome).toBe('finished');
  expect(await readdir(run)).not.toContain('run.lock');
});

test('a window that is opened later, or again, goes on from what is here', async () => {
  const job = new RunningJob(dashboard);
  job.config();
  job.curve(rows(1, 30));
  const first = openWindow();
  await first.runs.refresh();
  await eventually(curve).toBe(text(rows(1, 30)));
  await first.close();
  expect(await readdir(run)).not.toContain('run.lock');
  expect((await readRemoteRun(run))?.state).toBe('running');
  job.curve([...rows(1, 50), ended('stopped', 49)]);
  job.job.status = 'STOPPED';
  const second = openWindow();
  await second.runs.refresh();
  await eventually(() => second.entry?.record?.outcome).toBe('stopped');
  expect(await curve()).toBe(text([...rows(1, 50), ended('stopped', 49)]));
});

test('of two windows one writes, the other shows what comes, and takes over where the first is closed', async () => {
  const job = new RunningJob(dashboard);
  job.config();
  job.curve(rows(1, 10));
  const [first, second] = [openWindow(), openWindow()];
  await first.runs.refresh();
  await eventually(curve).toBe(text(rows(1, 10)));
  await second.runs.refresh();
  await eventually(() => second.entry?.followed?.status.state).toBe('training');
  const asked = (): number => dashboard.asked.filter(({ path }) => path.startsWith('/api/jobs/')).length;
  job.curve(rows(1, 20));
  first.remotes.wake(run);
  await eventually(curve).toBe(text(rows(1, 20)));
  await eventually(() => second.entry?.record?.lastRow?.step).toBe(19);
  await first.close();
  const before = asked();
  job.curve([...rows(1, 30), ended('finished', 29)]);
  job.job.status = 'SUCCEEDED';
  second.remotes.wake(run);
  await eventually(() => second.ends.length).toBe(1);
  expect(first.ends).toEqual([]);
  expect(asked()).toBeGreaterThan(before);
  expect(await curve()).toBe(text([...rows(1, 30), ended('finished', 29)]));
  expect(second.troubles).toEqual([]);
});

test('after a day asleep a run is caught up with, and was not reached meanwhile', async () => {
  const job = new RunningJob(dashboard);
  job.config();
  job.curve(rows(1, 10));
  let day = 0;
  const window = openWindow({
    now: () => performance.now() + day,
    date: () => new Date(Date.UTC(2026, 0, 2, 10, 32) + day),
  });
  await window.runs.refresh();
  await eventually(() => window.entry?.followed?.status.state).toBe('training');
  dashboard.intruder = (_, to) => {
    to.destroy();
    return true;
  };
  window.remotes.wake(run);
  await eventually(() => window.entry?.followed?.status.message).toMatch(
    /^not reached since .*; the run goes on there/,
  );
  expect(window.entry?.followed?.status.state).toBe('training');
  day = 86_400_000;
  dashboard.intruder = () => false;
  job.curve(rows(1, 300));
  job.file('checkpoints/280.safetensors', await checkpointBytes(280));
  window.remotes.wake(run);
  await eventually(curve).toBe(text(rows(1, 300)));
  await eventually(() => window.entry?.followed?.status).toMatchObject({ message: '', step: 280 });
  expect(await listCheckpoints(run)).toEqual([280]);
  expect(window.troubles).toEqual([]);
});

test('an untrusted window connects to nothing, and follows from the grant on', async () => {
  new RunningJob(dashboard).curve(rows(1, 10));
  const window = openWindow();
  window.isAllowed = false;
  await window.runs.refresh();
  window.remotes.wake(run);
  expect(window.entry).toMatchObject({ awaited: { state: 'waiting' }, followed: null });
  expect(dashboard.asked).toEqual([]);
  window.isAllowed = true;
  await window.runs.refresh();
  await eventually(curve).toBe(text(rows(1, 10)));
});

describe('what cannot be followed', () => {
  test('for want of a token is told once, and followed once there is one', async () => {
    new RunningJob(dashboard).curve(rows(1, 10));
    let isExpired = true;
    dashboard.intruder = (_, to) => {
      if (isExpired) to.writeHead(403).end(RECORDED.forbidden);
      return isExpired;
    };
    const window = openWindow();
    await window.runs.refresh();
    await eventually(() => window.troubles.map(({ error }) => error.name)).toEqual(['ClusterError']);
    expect(window.entry?.followed?.status.message).toMatch(/^not followed: .*wants a token/);
    await window.runs.refresh();
    isExpired = false;
    window.remotes.wake(run);
    await eventually(curve).toBe(text(rows(1, 10)));
    expect(window.troubles).toHaveLength(1);
  });

  test('since the cluster is none of the person’s is told, and nothing is connected to', async () => {
    const window = openWindow({
      connect: ({ target }) =>
        Promise.reject(new ClusterError('unusable-target', `${target}: no such cluster`)),
    });
    await window.runs.refresh();
    await eventually(() => window.troubles.map(({ error }) => error.message)).toEqual([
      'lab: no such cluster',
    ]);
    expect(dashboard.asked).toEqual([]);
  });

  test('since the job is another one is told, and nothing of it is fetched', async () => {
    new RunningJob(dashboard, remoteRun({ digest: 'e'.repeat(64) })).curve(rows(1, 10));
    const window = openWindow();
    await window.runs.refresh();
    await eventually(() => window.troubles.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('is not the one that was submitted'),
    ]);
    expect(await curve()).toBe('');
  });
});

test('a run that its cluster has lost is told as lost', async () => {
  new RunningJob(dashboard).curve(rows(1, 10));
  const window = openWindow();
  await window.runs.refresh();
  await eventually(curve).toBe(text(rows(1, 10)));
  dashboard.forget();
  window.remotes.wake(run);
  await eventually(() => window.ends.map(({ end }) => end.state)).toEqual(['lost']);
  await eventually(() => window.entry?.followed).toBeNull();
  expect(window.entry?.awaited).toMatchObject({ state: 'lost' });
});

// Windows moves no folder with an open file in it.
test.skipIf(process.platform === 'win32')(
  'a run whose folder is deleted is left, and does not come back',
  async () => {
    const job = new RunningJob(dashboard);
    job.config();
    job.curve(rows(1, 10));
    const window = openWindow();
    await window.runs.refresh();
    await eventually(curve).toBe(text(rows(1, 10)));
    await rename(run, join(folder.path(), 'trash'));
    job.curve(rows(1, 20));
    window.remotes.wake(run);
    await window.remotes.settled(run);
    expect(await readdir(root)).toEqual([]);
    expect(window.ends).toEqual([]);
  },
);

test('a run that is submitted by another process is not taken for lost before its job is there', async () => {
  await submittedRun(root, { state: 'submitting', session: null });
  const { submitRun } = await import('../../../src/cluster/submit');
  const connection = connectionOf(dashboard);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const window = openWindow();
  const request = {
    ...{ submission_id: 'digits-1', entrypoint: 'x', metadata: { digest: remoteRun().digest } },
    ...{ runtime_env: { env_vars: {} }, entrypoint_num_cpus: 1, entrypoint_num_gpus: 0 },
  };
  const jobs = Object.create(connection.jobs) as typeof connection.jobs;
  jobs.version = async () => {
    await held;
    return connection.jobs.version();
  };
  const remote = remoteRun({ state: 'submitting', session: null });
  const submitted = submitRun(
    run,
    { ...connection, jobs },
    { remote, request, packages: [] },
    () => new Date(0),
  );
  submitted.catch(() => undefined);
  await eventually(() => readdir(run)).toContain('run.lock');
  await window.runs.refresh();
  await eventually(() => window.entry?.followed?.status.state).toBe('preparing');
  expect((await readRemoteRun(run))?.state).toBe('submitting');
  release();
  await submitted;
  window.remotes.wake(run);
  await eventually(async () => (await readRemoteRun(run))?.state).toBe('waiting');
  await eventually(() => window.entry?.followed?.status.message).toMatch(/waits for a place/);
  expect(window.ends).toEqual([]);
});
