/** A run that several ranks of a cluster share: what is submitted, what is refused, and where its files are found. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ranksNotice } from '../../src/engine-process/jobs/ranks-notice';
import { ranksInEnvironment } from '../../src/engine/jax/ranks-in-environment';
import { readRemoteRun } from '../../src/runs/remote-run';
import { NODE } from './fake-dashboard';
import type { FakeJob } from './fake-dashboard';
import { useLab } from './lab';
import { ended, followed, remoteRun, rows, RunningJob } from './remote-world';

const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));

const lab = useLab({ engine, room: ['--cpus', '3', '--gpus', '1'] });
const { folder, vae } = lab;

const submit = (...args: string[]) =>
  vae('submit', '--on', 'lab', '--run', join(folder.path(), 'mine'), '--yes', '--data', 'digits:50', ...args);

test('the job starts ranks, each of which has what the cluster gives a run, and is trained by JAX', async () => {
  expect((await submit('--workers', '4')).err).toBe('');
  const [[id, { request }]] = [...lab.dashboard.jobs.entries()] as [[string, FakeJob]];
  expect(request).toMatchObject({
    ...{ entrypoint_num_cpus: 0, entrypoint_num_gpus: 0 },
    runtime_env: { env_vars: { RAY_TRAIN_V2_ENABLED: '1', RAY_JOB_STOP_WAIT_TIME_S: '60' } },
  });
  const [, quoted = ''] = /ranks\.py '(.*)'$/s.exec(request.entrypoint) ?? [];
  const plan = JSON.parse(quoted.replaceAll(`'\\''`, "'")) as { script: string };
  expect(plan).toMatchObject({
    ...{ id, count: 4, cpus: 3, gpus: 1, retries: 3, hasStorage: false, place: `latent-explorer/${id}` },
  });
  // The others begin before the folder of the run is made.
  const [other, first] = [
    plan.script.indexOf('train-rank --threads 3'),
    plan.script.indexOf('mkdir -p "$D"'),
  ];
  expect(other).toBeGreaterThan(0);
  expect(first).toBeGreaterThan(other);
  expect(plan.script).toContain("'--engine' 'jax'");
  expect((await readRemoteRun(join(folder.path(), 'mine')))?.job).toMatchObject({
    ...{ engine: 'jax', ranks: { count: 4, gpus: 1 } },
  });
});

test.each([
  [
    ['--workers', '3'],
    /minibatch: got 100, which 3 devices cannot share equally; the nearest that they can: 99 and 102/,
  ],
  [['--workers', '10', '--gpus-per-worker', '3'], /got 100, which 30 devices cannot/],
  [['--workers', '2', '--engine', 'onnx'], /--workers: got --engine onnx, expected jax/],
  [['--gpus-per-worker', '2'], /got no --workers/],
])('%j is refused before anything is sent', async (args, message) => {
  expect(await submit(...args)).toMatchObject({ code: 2, err: expect.stringMatching(message) as unknown });
  expect([lab.dashboard.jobs.size, lab.dashboard.packages.size]).toEqual([0, 0]);
});

test('the files are fetched from the node of the first rank, and what it told of their speed is said once', async () => {
  const other = 'ab'.repeat(28);
  const remote = remoteRun();
  const shared = { ...remote, job: { ...remote.job, ranks: { count: 2, gpus: 0 } } };
  const job = new RunningJob(lab.dashboard, shared);
  const run = join(folder.path(), 'mine');
  await mkdir(run);
  const { end, events } = await followed(run, lab.dashboard, shared, (tick) => {
    if (tick === 1) {
      job.config();
      job.curve(rows(1, 5));
      // While it is written, and from someone else.
      lab.dashboard.files.set('latent-explorer/digits-1/place.json', Buffer.from('{"node": "../x"'));
    }
    if (tick === 8) {
      const place = { node: other, notice: 'two ranks do not pay' };
      lab.dashboard.files.set('latent-explorer/digits-1/place.json', Buffer.from(JSON.stringify(place)));
    }
    if (tick === 16) job.curve([...rows(1, 5), ended('finished', 4)]);
  });
  expect(end.state).toBe('ended');
  expect(events.filter(({ type }) => type === 'notice')).toEqual([
    { type: 'notice', text: 'two ranks do not pay' },
  ]);
  const nodes = lab.dashboard.asked
    .filter(({ path }) => path.includes('metrics.jsonl'))
    .map(({ path }) => new URL(path, 'http://x').searchParams.get('node_id'));
  expect([...new Set(nodes)]).toEqual([other]);
  const places = lab.dashboard.asked.filter(({ path }) => path.includes('place.json'));
  expect(places.every(({ path }) => path.includes(NODE))).toBe(true);
  expect(await readFile(join(run, 'metrics.jsonl'), 'utf8')).toContain('"finished"');
});

test('whether ranks pay is said with what was measured', () => {
  expect(ranksNotice(2, { together: 0.06, alone: 0.0056 })).toMatch(
    /^a step of 2 ranks takes 60 ms, and one of them alone takes 5\.6 ms: 2 ranks do not pay .* 0\.09 times as fast as one/,
  );
  expect(ranksNotice(2, { together: 0.1234, alone: 0.1 })).toContain(
    'takes 123 ms, and one of them alone takes 100 ms',
  );
  expect(ranksNotice(8, { together: 0.01, alone: 0.05 })).toMatch(/together they are 5\.0 times as fast$/);
});

test('a rank knows its number, or that it trains alone', () => {
  const of = (rank: string, ranks: string, coordinator = '10.0.0.1:5') =>
    ranksInEnvironment({
      LATENT_EXPLORER_RANK: rank,
      LATENT_EXPLORER_RANKS: ranks,
      LATENT_EXPLORER_COORDINATOR: coordinator,
    });
  expect(of('1', '2')).toEqual({ index: 1, count: 2 });
  expect(of('', '', '')).toBeNull();
  for (const [rank, ranks] of [
    ['2', '2'],
    ['', '2'],
    ['x', '2'],
  ] as const)
    expect(() => of(rank, ranks)).toThrow(/expected the number of this process/);
});
