/** Images that are too many to be sent as they are: packed as rows, sent in parts, and read there as the same dataset. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { adaptedConfig } from '../../src/cluster/adapted-config';
import type { RayJobRequest } from '../../src/cluster/ray/jobs';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { readRemoteRun } from '../../src/runs/remote-run';
import { parseConfig } from '../../src/runs/store';
import { greyPng } from '../datasets/fixtures';
import { objects } from '../cli/support';
import { config, useFolder } from '../host/support';
import { FakeDashboard } from './fake-dashboard';
import { vaeIn } from './lab';

const limits = vi.hoisted(() => ({ files: 10, bytes: 1e6, rows: 1e6, part: 400 }));
vi.mock('../../src/cli/cluster/sent-limits', () => ({ SENT_LIMITS: limits }));
const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));

const folder = useFolder();
let dashboard: FakeDashboard;
beforeEach(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', join(folder.path(), 'config'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder.path(), 'cache'));
  limits.rows = 1e6;
  dashboard = await FakeDashboard.start();
  engine.folder = join(folder.path(), 'engine');
  // Says how it was called.
  await files(engine.folder, {
    'vae.cjs':
      "const args = process.argv.slice(2); console.log(args[0] === '--version' ? 'v1' : JSON.stringify(args));",
  });
  await files(join(folder.path(), 'photos'), {
    ...Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`${i % 2 ? 'cat' : 'dog'}/${i}.png`, greyPng(20 + i, 20 * i)]),
    ),
    'bad/12.png': greyPng(20, 0),
    'notes.txt': 'private',
  });
  await vae('cluster', 'add', 'lab', dashboard.address);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await dashboard.close();
});

async function files(root: string, all: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const vae = (...argv: string[]) => vaeIn(folder.path(), argv);
const run = (): string => join(folder.path(), 'mine');
const submit = (...args: string[]) =>
  vae('submit', '--on', 'lab', '--run', run(), '--yes', '--data', 'photos', '--exclude', 'bad/**', ...args);
const SHAPE = ['--set', 'width=8', '--set', 'channels=1', '--set', 'data.fit=pad'] as const;

const local = async () =>
  loadDataset(
    { ...(await parseSource('photos', folder.path(), { exclude: ['bad/**'] })), fit: 'pad' } as never,
    { width: 8, channels: 1 },
  );

/** Unpacks what was sent, as Ray does. @returns the session's folder, and the environment and folder of the job's script */
async function unpacked({ runtime_env: env }: RayJobRequest, name: string) {
  const session = await realpath(folder.path()).then((root) => join(root, name));
  const place = (uri: string, kind: string): string =>
    join(session, 'runtime_resources', kind, uri.replace(/^gcs:\/\/(.*)\.zip$/, '$1'));
  await mkdir(join(session, 'logs'), { recursive: true });
  const all = [
    { uri: env.working_dir!, to: place(env.working_dir!, 'working_dir_files') },
    ...(env.py_modules ?? []).map((uri) => ({ uri, to: place(uri, 'py_modules_files') })),
  ];
  for (const { uri, to } of all)
    await files(to, unzipSync(dashboard.packages.get(uri.replace('gcs://', ''))!));
  const paths = all.slice(1).map(({ to }) => to);
  return { cwd: all[0]!.to, paths, env: { ...process.env, PYTHONPATH: paths.join(delimiter) }, session };
}

async function called(entrypoint: string, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', entrypoint], { cwd, env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as string[];
}

test('says what is sent, sends it once in parts, and nothing that is not chosen', async () => {
  const { out, err } = await submit(...SHAPE, '--json');
  expect(err).toBe('');
  const [sends] = objects(out) as { packages: { what: string; bytes: number }[]; images: object }[];
  expect(sends!.images).toEqual({ from: 'sent', files: 12, bytes: 768, arePacked: true });
  const { request } = [...dashboard.jobs.values()][0]!;
  expect(request.runtime_env.py_modules).toHaveLength(2);
  expect(sends!.packages.map(({ what }) => what)).toEqual(['engine', 'images', 'images']);
  const names = [...dashboard.packages.values()].flatMap((bytes) => Object.keys(unzipSync(bytes)));
  expect(names.sort()).toEqual([
    'data/images-00001-of-00002.safetensors',
    'data/images-00002-of-00002.safetensors',
    'engine/vae.cjs',
  ]);
  await rm(run(), { recursive: true });
  dashboard.asked.length = 0;
  expect((await submit(...SHAPE)).out).toMatch(/12 images as the run sees them, [\d.]+ kB in 2 pieces/);
  expect(dashboard.asked.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'there, it is the same dataset, and the run that comes back is of the images here',
  async () => {
    expect((await submit(...SHAPE)).err).toBe('');
    const { request } = [...dashboard.jobs.values()][0]!;
    const job = await unpacked(request, 'session');
    const args = await called(request.entrypoint, job);
    expect(args.slice(0, 1)).toEqual(['train']);
    expect(args).not.toContain('--exclude');
    const data = args[args.indexOf('--data') + 1]!;
    const [there, here] = [await loadDataset(await parseSource(data, '/'), { width: 8 }), await local()];
    expect(there).toMatchObject({ name: 'photos', count: 12, labels: here.labels });
    expect(there.fingerprint).toBe(here.fingerprint);
    // What comes back says where its images are here, and how they were read.
    const { job: submitted } = (await readRemoteRun(run()))!;
    const of = { ...config().data, source: there.source };
    const back = adaptedConfig(Buffer.from(JSON.stringify({ ...config(), data: of })), {
      source: submitted.source,
    });
    const { source } = (await parseConfig(back.toString(), 'back')).data;
    expect(source).toEqual({ ...here.source, rules: 2 });
    // Going on there, in another session of Ray, where the packages lie elsewhere.
    await writeFile(join(run(), 'config.json'), back);
    await writeFile(join(run(), 'metrics.jsonl'), '');
    dashboard.jobs.clear();
    expect((await vae('resume', run(), '--yes')).code).toBe(0);
    const again = [...dashboard.jobs.values()][0]!.request;
    const later = await unpacked(again, 'later');
    const [command, place] = await called(again.entrypoint, later);
    expect(command).toBe('resume');
    const { data: resumed } = await parseConfig(
      await readFile(join(place!, 'config.json'), 'utf8'),
      'resumed',
    );
    expect(resumed.source).toMatchObject({ kind: 'packed', fit: 'pad' });
    expect((await loadDataset(resumed.source, { width: 8 })).fingerprint).toBe(here.fingerprint);
  },
);

test('what is too large for the head is refused, and says what to do', async () => {
  limits.rows = 700;
  const { code, err } = await submit(...SHAPE);
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(
      /12 images take 0\.8 kB as a run sees them, and at most 0\.7 kB.*`vae pack`.*--data-on-cluster/,
    ),
  ]);
  expect([dashboard.packages.size, dashboard.jobs.size]).toEqual([0, 0]);
});

test('`vae pack` writes what a run there reads, and a sweep of several sizes is not packed', async () => {
  const packed = await vae(
    ...['pack', '--data', 'photos', '--exclude', 'bad/**', '--out', 'p.safetensors', ...SHAPE, '--json'],
  );
  expect(packed.err).toBe('');
  const { fingerprint } = await local();
  expect(objects(packed.out)).toMatchObject([{ type: 'packed', count: 12, fingerprint }]);
  const loaded = await loadDataset(await parseSource('p.safetensors', folder.path()), { width: 8 });
  expect(loaded.fingerprint).toBe(fingerprint);
  expect((await vae('pack', '--data', 'photos', '--out', 'x.npy')).err).toMatch(/ends in \.safetensors/);
  const sweep = await vae(
    ...['sweep', '--on', 'lab', '--yes', '--data', 'photos', '--set', 'width=8,12', '--samples', '1000'],
  );
  expect(sweep.err).toMatch(/read them in several sizes or ways/);
  expect(dashboard.jobs.size).toBe(0);
});
