import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listCheckpoints, newestCheckpoint } from '../../src/runs/checkpoint';
import { RunLock } from '../../src/runs/lock';
import { readRemoteRun, requireNotRemote, writeRemoteRun } from '../../src/runs/remote-run';
import { readConfig, readRun } from '../../src/runs/store';
import { useFolder } from '../host/support';
import { FakeDashboard, RECORDED } from './fake-dashboard';
import { checkpointBytes, ended, followed, remoteRun, rows, RunningJob } from './remote-world';

const folder = useFolder();
let dashboard: FakeDashboard;
let run: string;
beforeEach(async () => {
  dashboard = await FakeDashboard.start();
  run = join(folder.path(), 'mine');
  await mkdir(run);
});
afterEach(() => dashboard.close());

const curve = (): Promise<string> => readFile(join(run, 'metrics.jsonl'), 'utf8');
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

test('the curve, the checkpoints and the configuration come as the run goes on, until it has ended', async () => {
  const job = new RunningJob(dashboard);
  const uri = 'file:///home/ada/photos';
  const remote = remoteRun({ job: { ...remoteRun().job, source: { kind: 'folder', uri } } });
  job.job.status = 'PENDING';
  const bytes = await checkpointBytes(20);
  const all = [...rows(1, 300), ended('finished', 299)];
  const { end, events } = await followed(run, dashboard, remote, (tick) => {
    if (tick === 1) job.job.status = 'RUNNING';
    if (tick === 2) {
      job.config();
      job.curve(all.slice(0, 10), '{"type":"tr');
    }
    if (tick === 3) job.curve(all.slice(0, 250));
    if (tick === 4) job.file('checkpoints/20.safetensors', bytes);
    if (tick === 5) job.curve(all);
  });
  expect(end.state).toBe('ended');
  expect(await curve()).toBe(text(all));
  expect(await readFile(join(run, 'checkpoints', '20.safetensors'))).toEqual(bytes);
  // The same run has another name and another place of its images here.
  const { name, data } = await readConfig(run);
  expect([name, data.source]).toEqual(['mine', { kind: 'folder', uri: 'file:///home/ada/photos', rules: 2 }]);
  const states = events.flatMap((event) => (event.type === 'state' ? [event.remote.state] : []));
  expect(states).toEqual(['running', 'ended']);
  expect((await readRun(run)).outcome).toBe('finished');
  expect((await readRemoteRun(run))?.state).toBe('ended');
  expect(events.filter(({ type }) => type === 'queued')).toHaveLength(1);
});

test('one that was left is followed on from there, and one that has ended is not fetched again', async () => {
  const job = new RunningJob(dashboard);
  const all = [...rows(1, 40), ended('stopped', 39)];
  job.curve(all.slice(0, 30));
  const left = await followed(run, dashboard, remoteRun(), (_, leave) => leave());
  expect(left.end.state).toBe('left');
  expect(await curve()).toBe(text(all.slice(0, 30)));
  // The process that followed was killed while it wrote.
  await writeFile(join(run, 'metrics.jsonl'), `${text(all.slice(0, 20))}{"type":`);
  job.curve(all);
  for (const remote of [left.end.remote, left.end.remote]) {
    expect((await followed(run, dashboard, remote)).end.state).toBe('ended');
    expect(await curve()).toBe(text(all));
  }
  expect(await readdir(run)).not.toContain('run.lock');
});

test('a tunnel that is down is waited for, ever longer, and nothing comes twice', async () => {
  const job = new RunningJob(dashboard);
  job.curve(rows(1, 10));
  const { events, waits } = await followed(run, dashboard, remoteRun(), (tick, leave) => {
    if (tick === 1)
      dashboard.intruder = (_, to) => {
        to.destroy();
        return true;
      };
    // An ingress may answer with a page of its own for a while.
    if (tick === 6)
      dashboard.intruder = (_, to) => {
        to.writeHead(502).end(RECORDED.page);
        return true;
      };
    if (tick === 8) {
      dashboard.intruder = () => false;
      job.curve(rows(1, 20));
    }
    if (tick === 9) leave();
  });
  expect(waits).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000]);
  const outages = events.filter((event) => event.type === 'unreachable');
  expect(new Set(outages.map(({ since }) => since.getTime())).size).toBe(1);
  expect(events.some(({ type }) => type === 'reached')).toBe(true);
  expect(await curve()).toBe(text(rows(1, 20)));
});

describe('a run that the cluster does not know any more', () => {
  test('because its head was started again', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 10));
    const { end } = await followed(run, dashboard, remoteRun(), () => dashboard.forget());
    expect([end.state, end.message]).toEqual(['lost', 'lab was started again, and has forgotten its job']);
    expect(await curve()).toBe(text(rows(1, 10)));
    expect((await readRemoteRun(run))?.state).toBe('lost');
  });

  test('because its job was deleted, or never came there', async () => {
    const deleted = await followed(run, dashboard, remoteRun());
    expect(deleted.end.message).toMatch(/somebody has deleted it/);
    const never = await followed(run, dashboard, remoteRun({ state: 'submitting', session: null }));
    expect(never.end.message).toMatch(/was not submitted to the end/);
  });
});

test('a token that is not accepted any more ends it at once', async () => {
  new RunningJob(dashboard);
  const follow = followed(run, dashboard, remoteRun(), () => {
    dashboard.intruder = (_, to) => {
      to.writeHead(403).end(RECORDED.forbidden);
      return true;
    };
  });
  await expect(follow).rejects.toThrow(/wants a token/);
});

test('what is no dashboard at first is not waited for', async () => {
  dashboard.intruder = (_, to) => {
    to.writeHead(200).end(RECORDED.page);
    return true;
  };
  await expect(followed(run, dashboard, remoteRun())).rejects.toThrow(/is not a dashboard of Ray/);
});

test('a job of another digest is left alone', async () => {
  const job = new RunningJob(dashboard, remoteRun({ digest: 'e'.repeat(64) }));
  job.curve(rows(1, 10));
  const follow = followed(run, dashboard, remoteRun(), (_, leave) => leave());
  await expect(follow).rejects.toThrow(/not the one that was submitted/);
  expect(await readdir(run)).toEqual([]);
});

describe('a job that has ended without saying how', () => {
  test('has failed, for the reason in its log', async () => {
    const job = new RunningJob(dashboard);
    job.job.status = 'FAILED';
    job.job.message = 'Job entrypoint command failed with exit code 2';
    job.log('noise\n{"error":{"code":"bad-input","message":"no images\\u001b[2J"}}\n');
    const { end } = await followed(run, dashboard, remoteRun());
    expect([end.state, end.message]).toEqual(['failed', 'no images\\u{1b}[2J']);
    job.log('latent-explorer: found no Node.js\n');
    expect((await followed(run, dashboard, remoteRun())).end.message).toBe('found no Node.js');
    job.log('');
    expect((await followed(run, dashboard, remoteRun())).end.message).toBe(job.job.message);
  });

  test('was stopped, if it had not begun', async () => {
    new RunningJob(dashboard).job.status = 'STOPPED';
    const { end } = await followed(run, dashboard, remoteRun());
    expect([end.state, end.message]).toEqual(['ended', 'stopped before training began']);
  });

  test('has failed, if its node is gone with its files', async () => {
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 10));
    const { end, events } = await followed(run, dashboard, remoteRun(), () => {
      job.job.status = 'FAILED';
      job.job.message = 'Unexpected error: the node died';
      dashboard.intruder = ({ path }, to) => {
        if (!path.startsWith('/api/v0/')) return false;
        to.writeHead(500).end('Given node id x is not available');
        return true;
      };
    });
    expect([end.state, end.message]).toEqual(['failed', 'Unexpected error: the node died']);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1);
    expect((await readRemoteRun(run))?.state).toBe('failed');
  });

  test('of an earlier attempt that has ended does not count', async () => {
    const before = [...rows(1, 5), ended('stopped', 4)];
    await writeFile(join(run, 'metrics.jsonl'), text(before));
    const remote = remoteRun({ attempt: 2, linesBefore: before.length });
    const job = new RunningJob(dashboard, remote);
    job.job.status = 'FAILED';
    expect((await followed(run, dashboard, remote)).end.state).toBe('failed');
    // Before it has copied there what it goes on from.
    job.job.status = 'RUNNING';
    const all = [...before, '{"type":"resumed","resumedFrom":4}', ...rows(5, 9), ended('finished', 8)];
    const { end } = await followed(run, dashboard, remote, () => job.curve(all));
    expect(end.state).toBe('ended');
    expect(await curve()).toBe(text(all));
  });
});

describe('weights', () => {
  test('that are half there are fetched again', async () => {
    const bytes = await checkpointBytes(20);
    const job = new RunningJob(dashboard);
    job.curve(rows(1, 30));
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 1]! ^= 1;
    const change = async (tick: number, leave: () => void): Promise<void> => {
      if (tick === 1) job.file('checkpoints/20.safetensors', bytes.subarray(0, 50));
      if (tick === 2) job.file('checkpoints/20.safetensors', flipped);
      if (tick === 3) {
        expect(await listCheckpoints(run)).toEqual([]);
        job.file('checkpoints/20.safetensors', bytes);
      }
      if (tick === 4) leave();
    };
    const { events } = await followed(run, dashboard, remoteRun(), change, { step: 31_000 });
    expect(await readFile(join(run, 'checkpoints', '20.safetensors'))).toEqual(bytes);
    expect(events.filter(({ type }) => type === 'file')).toEqual([
      { type: 'file', path: 'checkpoints/20.safetensors', bytes: bytes.length },
    ]);
  });

  test('are kept as they are there, and fetched anew where training went back', async () => {
    const job = new RunningJob(dashboard);
    const end = ended('finished', 60);
    for (const step of [10, 20, 30, 40])
      job.file(`checkpoints/${step}.safetensors`, await checkpointBytes(step));
    job.curve([...rows(1, 40), end]);
    await followed(run, dashboard, remoteRun());
    expect(await listCheckpoints(run)).toEqual([10, 20, 30, 40]);
    for (const step of [10, 20]) job.file(`checkpoints/${step}.safetensors`, null);
    job.file('checkpoints/40.safetensors', await checkpointBytes(40, 7));
    job.file('checkpoints/50.safetensors', await checkpointBytes(50));
    const back = '{"type":"recovered","step":39,"resumedFrom":30,"learningRate":0.1}';
    job.curve([...rows(1, 40), end, back, ...rows(31, 60), end]);
    await followed(run, dashboard, remoteRun({ linesBefore: 40 }));
    expect(await listCheckpoints(run)).toEqual([30, 40, 50]);
    const newest = await newestCheckpoint(run);
    expect(newest?.step).toBe(50);
    expect(await readFile(join(run, 'checkpoints', '40.safetensors'))).toEqual(await checkpointBytes(40, 7));
  });

  test('of other names than those of a run are not fetched', async () => {
    const job = new RunningJob(dashboard);
    const bytes = await checkpointBytes(20);
    job.curve([...rows(1, 3), ended('finished', 2)]);
    for (const name of ['checkpoints/../../20.safetensors', 'checkpoints/x.safetensors', 'about.json'])
      job.file(name, bytes);
    await followed(run, dashboard, remoteRun());
    expect((await readdir(run)).sort()).toEqual(['metrics.jsonl', 'remote.json']);
    expect(await readdir(folder.path())).not.toContain('20.safetensors');
  });
});

test.each([
  ['of another kind', '{"version":1}', "is not a run's configuration"],
  ['that is null', 'null', "is not a run's configuration"],
  ['that is no JSON', '{"version":', 'is not JSON'],
  ['that is nested for millions of levels', '['.repeat(8_000_000), 'is nested more than'],
])('a configuration %s is refused, and not kept', async (_, text, says) => {
  const job = new RunningJob(dashboard);
  job.curve(rows(1, 3));
  job.file('config.json', text);
  const follow = followed(run, dashboard, remoteRun(), (_tick, leave) => leave());
  await expect(follow).rejects.toThrow(`config.json on the cluster ${says}`);
  expect(await readdir(run)).not.toContain('config.json');
});

test('of checkpoints without number the newest are fetched', async () => {
  const job = new RunningJob(dashboard);
  job.curve([...rows(1, 3), ended('finished', 2)]);
  for (let step = 1; step <= 40; step++)
    job.file(`checkpoints/${step}.safetensors`, await checkpointBytes(step));
  await followed(run, dashboard, remoteRun());
  expect(await listCheckpoints(run)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
});

test('what a process left that was killed while it fetched goes, and nothing of others', async () => {
  const job = new RunningJob(dashboard);
  const lines = [...rows(1, 3), ended('finished', 2)];
  job.curve(lines);
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const left = (name: string): string => `.${name}.${dead}.0123456789abcdef.vae-tmp`;
  await mkdir(join(run, 'checkpoints'));
  for (const name of ['config.json', 'remote.json', 'checkpoints/20.safetensors']) {
    const path = join(run, dirname(name), left(basename(name)));
    await writeFile(path, 'half');
  }
  await writeFile(join(run, left('notes')), 'theirs');
  await followed(run, dashboard, remoteRun());
  expect((await readdir(run)).sort()).toEqual(
    [left('notes'), 'checkpoints', 'metrics.jsonl', 'remote.json'].sort(),
  );
  expect(await readdir(join(run, 'checkpoints'))).toEqual([]);
});

test('a curve that is not the beginning of the one there stays as it is', async () => {
  new RunningJob(dashboard).curve(rows(1, 10));
  await writeFile(join(run, 'metrics.jsonl'), text(rows(5, 8)));
  await expect(followed(run, dashboard, remoteRun())).rejects.toThrow(
    /not the beginning of the one on the cluster/,
  );
  expect(await curve()).toBe(text(rows(5, 8)));
});

test('a run that records nothing is said once, with the end of its log', async () => {
  const job = new RunningJob(dashboard);
  job.curve(rows(1, 3));
  job.log('one\ntwo\n');
  const stop = (tick: number, leave: () => void): void => void (tick === 8 && leave());
  const { events } = await followed(run, dashboard, remoteRun(), stop, { step: 20_000 });
  const stalls = events.filter(({ type }) => type === 'stalled');
  expect(stalls).toEqual([{ type: 'stalled', seconds: 60, log: ['one', 'two'], said: '' }]);
});

/** The curve of a day, and where each of its rows ends. */
const DAY = Buffer.from(
  Array.from({ length: 22_000 }, (_, i) =>
    JSON.stringify({
      ...{ type: 'train', step: 10 * i, samples: 1000 * i, seconds: 4.32 * i + 0.196986492999998 },
      ...{ elbo: -545.1891784667969, reconstruction: -544.237841796875, kl: 0.9513366699218295 },
    }),
  ).join('\n') + '\n',
);
const ends: number[] = [];
for (let at = DAY.indexOf(0x0a); at >= 0; at = DAY.indexOf(0x0a, at + 1)) ends.push(at + 1);

/** A look takes this much of requests and headers, in bytes. */
const OVERHEAD = 700;

/**
 * Follows a run that has trained for a while, with a row every 4.32 s: 20,000 rows in a day, the most that a run has.
 * @returns bytes that a second of following costs, and seconds between looks
 */
async function costAt(age: number, pace: number): Promise<{ bytes: number; pause: number }> {
  const curveAt = (seconds: number): Buffer =>
    DAY.subarray(0, ends[Math.max(0, Math.floor(seconds / 4.32) - 1)]);
  const job = new RunningJob(dashboard);
  // As much as a job says of itself.
  Object.assign(job.job.request, { entrypoint: 'x'.repeat(4000) });
  job.file('config.json', '{}');
  await mkdir(join(run, 'snapshots'), { recursive: true });
  for (let i = 0; i < 40; i++) {
    const name = `snapshots/${100 + i}.safetensors`;
    job.file(name, '');
    await writeFile(join(run, name), '');
  }
  await writeFile(join(run, 'metrics.jsonl'), curveAt(age));
  for (const name of ['config.json', 'images.json']) await writeFile(join(run, name), '{}');
  job.file('metrics.jsonl', curveAt(age));
  const [looks, warm] = [24, 4];
  let [before, passed] = [0, 0];
  const { waits } = await followed(
    run,
    dashboard,
    remoteRun(),
    (tick, leave, ms) => {
      if (tick === warm) before = dashboard.sent + OVERHEAD * dashboard.asked.length;
      if (tick > looks) return leave();
      passed += ms;
      job.file('metrics.jsonl', curveAt(age + passed / 1000));
    },
    { pace },
  );
  const time = waits.slice(warm - 1, looks).reduce((sum, each) => sum + each, 0) / 1000;
  const bytes = dashboard.sent + OVERHEAD * dashboard.asked.length - before;
  return { bytes: bytes / time, pause: time / (looks - warm + 1) };
}
test.each([
  ['with an open panel', 1000],
  ['that nobody looks at', 30_000],
])('a look costs little: followed for a day by a window %s, a run takes less than 20 MB', async (_, pace) => {
  const ages = [0, 300, 1000, 3000, 10_000, 30_000, 86_400];
  let [total, last] = [0, await costAt(ages[0]!, pace)];
  expect(last.pause).toBeCloseTo(pace / 1000);
  for (const [i, age] of ages.slice(1).entries()) {
    const cost = await costAt(age, pace);
    // As often at first, then less often the older it is.
    const before = ages[i]!;
    total +=
      before < 1000
        ? Math.max(last.bytes, cost.bytes) * (age - before)
        : ((last.bytes * before + cost.bytes * age) / 2) * Math.log(age / before);
    last = cost;
  }
  expect(last.pause).toBe(30);
  expect(total).toBeLessThan(20e6);
});

test('a job that waits for its place for a day is asked for less and less often', async () => {
  const job = new RunningJob(dashboard);
  job.job.status = 'PENDING';
  Object.assign(job.job.request, { entrypoint: 'x'.repeat(4000) });
  let passed = 0;
  const { waits } = await followed(run, dashboard, remoteRun(), (_, leave, ms) => {
    if ((passed += ms) > 4 * 3600_000) leave();
  });
  expect(waits.slice(0, 3)).toEqual([1000, 1000, 1000]);
  expect(waits.at(-1)).toBe(30_000);
  const rest = (86_400_000 - passed) / 30_000;
  const perLook = (dashboard.sent + OVERHEAD * dashboard.asked.length) / waits.length;
  expect(perLook * (waits.length + rest)).toBeLessThan(20e6);
});

test('who waits for the end of an old run is told at once', async () => {
  const job = new RunningJob(dashboard);
  const old = rows(1, 3).map((line) => line.replace('"seconds":0', '"seconds":80000'));
  job.curve(old);
  const { waits } = await followed(
    run,
    dashboard,
    remoteRun(),
    (tick) => {
      if (tick === 3) job.curve([...old, ended('stopped', 3)]);
    },
    { isUrgent: (looks) => looks >= 2 },
  );
  expect(waits).toEqual([30_000, 1000, 1000]);
});

test('two do not follow one run', async () => {
  new RunningJob(dashboard);
  const lock = await RunLock.take(run);
  try {
    await expect(followed(run, dashboard, remoteRun())).rejects.toThrow(/is being trained by process/);
  } finally {
    await lock.release();
  }
});

test('remote.json of somebody else is checked, and what a cluster trains is not trained here', async () => {
  await writeRemoteRun(run, remoteRun());
  expect(await readRemoteRun(run)).toEqual(remoteRun());
  await expect(requireNotRemote(run)).rejects.toThrow(/the cluster lab trains this run/);
  await writeRemoteRun(run, remoteRun({ state: 'ended' }));
  await requireNotRemote(run);
  for (const change of [{ target: '../x' }, { id: 'a b' }, { node: '../x' }, { address: 'http://x' }]) {
    await writeFile(
      join(run, 'remote.json'),
      JSON.stringify({ format: 'latent-explorer/remote/1', ...remoteRun(), ...change }),
    );
    await expect(readRemoteRun(run)).rejects.toThrow(/does not say which cluster/);
  }
});
