/** Whatever lies in a run folder in place of a file of ours is refused by name; nothing outside is read, written or removed. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { spawnEngine } from '../../src/endpoint/spawn';
import { openTrainedRun } from '../../src/export/trained-run';
import { changeAbout, readAbout } from '../../src/runs/about';
import { newestCheckpoint, removeCheckpointLeftovers, writeCheckpoint } from '../../src/runs/checkpoint';
import type { Checkpoint } from '../../src/runs/checkpoint';
import { deleteDirection, directionsFolder, listDirections, saveDirection } from '../../src/runs/directions';
import { exclude, excludedFile, readExcluded } from '../../src/runs/excluded-images';
import { readLatents, writeLatents } from '../../src/runs/latents';
import { readLayout, writeLayout } from '../../src/runs/umap-files';
import { RunLock, lockHolder } from '../../src/runs/lock';
import { readMetrics } from '../../src/runs/metrics';
import { MetricsWriter } from '../../src/runs/metrics-writer';
import { hasRunImages, readRunImages, writeRunImages } from '../../src/runs/run-images';
import { listSnapshots, readSnapshot, writeSnapshot } from '../../src/runs/snapshots';
import { createRunFolder, listRuns, readConfig, readRun, writeConfig } from '../../src/runs/store';
import { addTag, readTags } from '../../src/runs/tags';
import { removeUnstartedRun } from '../../src/runs/remove-unstarted-run';
import { RunLog } from '../../src/engine-process/run-log';
import { Cli } from '../cli/support';

let cli: Cli;
/** A run that the command has trained. */
let trained: string;
/** A copy of it, in a workspace as it comes with a cloned repository. */
let run: string;
/** What links of that repository point to. */
let outside: string;

beforeAll(async () => {
  cli = await Cli.build();
  trained = cli.path('trained');
  const train = ['train', '--data', 'digits:60', '--preset', 'fast', '--samples', '600', '--run', trained];
  const set = ['--set', 'hidden=8', '--set', 'latent=2', '--set', 'snapshots=true'];
  expect((await cli.run([...train, ...set])).stderr).toBe('');
});
afterAll(() => cli.dispose());

beforeEach(async () => {
  for (const name of ['cloned', 'outside']) await rm(cli.path(name), { recursive: true, force: true });
  run = cli.path('cloned', '.vae', 'runs', 'run');
  outside = cli.path('outside');
  await mkdir(dirname(run), { recursive: true });
  await cp(trained, run, { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'precious'), 'alias ls=ls\n');
  // Names that a run's own housekeeping would remove.
  for (const name of ['1.safetensors', '2.safetensors', '3.safetensors', '4.safetensors', '5.safetensors'])
    await writeFile(join(outside, name), 'mine');
  for (const name of ['.precious.vae-tmp', '.5.safetensors.1.vae-tmp', 'notes.json', 'mean.npy'])
    await writeFile(join(outside, name), 'mine');
});

/** Everything below a folder: kind, content and time of change. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const stats = await lstat(join(folder, name));
    hash.update(`${name} ${stats.mode} ${stats.size} ${stats.mtimeMs}\n`);
    if (stats.isFile()) hash.update(await readFile(join(folder, name)));
    if (stats.isSymbolicLink()) hash.update(await readlink(join(folder, name)));
  }
  return hash.digest('hex');
}

/** What is put in the place of a file or folder. */
const kinds: Record<string, (path: string) => Promise<unknown>> = {
  'a link to a file': (path) => symlink(join(outside, 'precious'), path),
  'a link to a folder': (path) => symlink(outside, path),
  'a link to nothing': (path) => symlink(join(outside, 'new'), path),
  'a pipe': (path) => promisify(execFile)('mkfifo', [path]),
};

const weights: Checkpoint = {
  step: 9_999,
  tensors: new Map([['w', { shape: [1], data: Float32Array.of(1) }]]),
  best: null,
  row: null,
};
const latents = {
  ...{ step: 1, fingerprint: 'f', dimensions: 1, ids: ['a'], labels: null, splits: Uint8Array.of(0) },
  ...{ mean: Float32Array.of(0), logVariance: Float32Array.of(0), elbo: Float32Array.of(0) },
};
const layout = {
  ...{
    step: 1,
    fingerprint: 'f',
    count: 2,
    neighbours: 2,
    minDist: 0.1,
    seed: 0,
    most: 10,
    fitted: 2,
    epochs: 1,
  },
  places: Float32Array.of(0, 0, 1, 1),
};
const direction = {
  ...{
    name: 'up',
    from: 'a',
    to: 'b',
    run: 'r',
    step: 1,
    fingerprint: 'f',
    counts: [1, 1] as const,
    inBoth: 0,
  },
  ...{ score: null, start: Float32Array.of(0), vector: Float32Array.of(1) },
};
const images = {
  ids: ['a'],
  checksums: Uint32Array.of(1),
  parts: Uint8Array.of(0),
  numbers: Uint32Array.of(0),
  leftOut: [],
};
const damage: string[] = [];
const noted = async (read: (told: (message: string) => void) => Promise<unknown>): Promise<void> => {
  damage.length = 0;
  await read((message) => damage.push(message));
  if (damage.length > 0) throw new Error(damage.join('\n'));
};

/** Everything that is done with a part of a run folder; each must refuse what is no file or folder of its own. */
const uses: Record<string, Record<string, () => Promise<unknown>>> = {
  'config.json': {
    read: () => readConfig(run),
    write: async () => writeConfig(run, await readConfig(trained)),
  },
  'metrics.jsonl': { read: () => readMetrics(run), write: () => MetricsWriter.open(run) },
  'log.txt': {
    write: () => RunLog.open(run),
    spawn: () => spawnEngine({ runFolder: run, mode: 'serve', engineFolder: dirname(cli.program) }),
  },
  'run.lock': { look: () => lockHolder(run), take: () => RunLock.take(run) },
  'images.json': {
    look: () => hasRunImages(run),
    read: () => readRunImages(run),
    write: () => writeRunImages(run, images),
  },
  'about.json': { read: () => readAbout(run), write: () => changeAbout(run, () => ({ name: 'a' })) },
  'tags.json': { read: () => readTags(run), write: () => addTag(run, 'a', ['b']) },
  checkpoints: {
    read: () => newestCheckpoint(run),
    write: () => writeCheckpoint(run, weights),
    tidy: () => removeCheckpointLeftovers(run),
    export: () => openTrainedRun(run),
  },
  snapshots: {
    list: () => listSnapshots(run),
    read: () => readSnapshot(run, 1),
    write: () => writeSnapshot(run, weights),
  },
  latents: { read: () => noted((told) => readLatents(run, told)), write: () => writeLatents(run, latents) },
  umap: { read: () => noted((told) => readLayout(run, told)), write: () => writeLayout(run, layout) },
  '../../directions': {
    list: async () => {
      const { damaged } = await listDirections(directionsFolder(run));
      throw new Error(damaged.join('\n'));
    },
    save: () => saveDirection(directionsFolder(run), direction),
    delete: () => deleteDirection(directionsFolder(run), 'notes.json'),
  },
  '../../excluded.json': {
    read: () => readExcluded(excludedFile(dirname(run)), 'file:///d'),
    write: () => exclude(excludedFile(dirname(run)), 'file:///d', ['a']),
  },
};

describe.each(Object.keys(uses))('%s', (part) => {
  test.each(Object.keys(kinds))('%s', async (kind) => {
    const path = join(run, part);
    await rm(path, { recursive: true, force: true });
    await kinds[kind]!(path);
    const before = await fingerprint(outside);
    for (const [use, run_] of Object.entries(uses[part]!))
      await expect(run_(), use).rejects.toThrow(basename(path));
    expect(await fingerprint(outside)).toBe(before);
    expect((await lstat(path)).isFile()).toBe(false);
  });
});

test.each([1, 2, 3])('a link %i folders above a run is refused, too', async (up) => {
  const parts = ['.vae', 'runs', 'run'].slice(0, 4 - up);
  const link = cli.path('cloned', ...parts);
  await rm(link, { recursive: true });
  await cp(trained, join(outside, 'runs', 'run'), { recursive: true });
  await cp(trained, join(outside, 'run'), { recursive: true });
  await symlink(outside, link);
  const before = await fingerprint(outside);
  await expect(readRun(run)).rejects.toThrow('is a link');
  await expect(RunLock.take(run)).rejects.toThrow('is a link');
  if (up === 3)
    await expect(exclude(excludedFile(dirname(run)), 'file:///d', ['a'])).rejects.toThrow('is a link');
  if (up >= 2) {
    await expect(createRunFolder(dirname(run), 'new', new Date(0))).rejects.toThrow('is a link');
    await expect(listRuns(dirname(run))).rejects.toThrow('is a link');
  }
  await removeUnstartedRun(run);
  expect(await fingerprint(outside)).toBe(before);
});

test('resuming a cloned run appends nothing to a file that its log points to', async () => {
  await rm(join(run, 'log.txt'), { force: true });
  await symlink(join(outside, 'precious'), join(run, 'log.txt'));
  const { code, stderr } = await cli.run(['resume', run]);
  expect(stderr).toContain('log.txt is a link');
  expect(code).toBe(2);
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('alias ls=ls\n');
  // The lock that was taken before is given back.
  expect(await readdir(run)).not.toContain('run.lock');
});

test('resuming a cloned run removes nothing from a folder that its checkpoints point to', async () => {
  await cp(join(run, 'checkpoints'), outside, { recursive: true });
  await rm(join(run, 'checkpoints'), { recursive: true });
  await symlink(outside, join(run, 'checkpoints'));
  const before = await fingerprint(outside);
  for (const command of ['resume', 'evaluate', 'export', 'manifold']) {
    const { code, stderr } = await cli.run([command, run]);
    expect(`${command}: ${code} ${stderr}`).toContain(`${command}: 2`);
    expect(stderr).toContain('checkpoints is a link');
  }
  expect(await fingerprint(outside)).toBe(before);
  const { stdout } = await cli.run(['runs', cli.path('cloned')]);
  expect(stdout).toContain('run ');
});

test.each(['process.json', 'metrics.jsonl', 'run.lock', 'config.json'])(
  'resuming writes over nothing that %s points to',
  async (name) => {
    await rm(join(run, name), { force: true });
    await symlink(join(outside, 'precious'), join(run, name));
    const { code, stderr } = await cli.run(['resume', run]);
    expect(stderr).toContain(`${name} is a link`);
    expect(code).toBe(2);
    expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('alias ls=ls\n');
  },
);

test.each(['pictures', 'export'])('results are not written through a link: %s', async (name) => {
  await rm(join(run, name), { recursive: true, force: true });
  await symlink(outside, join(run, name));
  const before = await fingerprint(outside);
  const { code, stderr } = await cli.run([name === 'export' ? 'export' : 'manifold', run]);
  expect(stderr).toContain(`${name} is a link`);
  expect(code).toBe(2);
  expect(await fingerprint(outside)).toBe(before);
});

test('a file of an export is not written through a link', async () => {
  await mkdir(join(run, 'export'));
  await symlink(join(outside, 'precious'), join(run, 'export', 'decoder.onnx'));
  const before = await fingerprint(outside);
  const { code, stderr } = await cli.run(['export', run]);
  expect(stderr).toContain('decoder.onnx is a link');
  expect(code).toBe(2);
  expect(await fingerprint(outside)).toBe(before);
  expect(await readdir(join(run, 'export'))).toEqual(['decoder.onnx']);
});

test.each(['latents', 'umap', 'tags.json'])(
  'an export reads no %s that a link leads to, and writes through no folder that is one',
  async (name) => {
    await rm(join(run, name), { recursive: true, force: true });
    await symlink(outside, join(run, name));
    await mkdir(join(run, 'export'));
    await symlink(outside, join(run, 'export', 'tensorboard'));
    const before = await fingerprint(outside);
    const table = await cli.run(['export', run, '--format', 'latents', '--engine', 'onnx', '--json']);
    if (name === 'tags.json') expect(`${table.code} ${table.stderr}`).toMatch(/^2 .*tags\.json is a link/);
    // Both can be computed anew: they count as missing, and the reason is said.
    else expect(`${table.code} ${table.stdout}`).toMatch(new RegExp(`^0 [^]*${name} is a link`));
    if (name !== 'tags.json') {
      const projector = await cli.run(['export', run, '--format', 'tensorboard', '--engine', 'onnx']);
      expect(`${projector.code} ${projector.stderr}`).toMatch(/^2 [^]*tensorboard is a link/);
    }
    expect(await fingerprint(outside)).toBe(before);
  },
);

test('files of others among ours stay', async () => {
  const checkpoints = join(run, 'checkpoints');
  for (const name of ['1.safetensors', '2.safetensors', '.precious.vae-tmp', '.6.safetensors.77.vae-tmp'])
    await writeFile(join(checkpoints, name), 'mine');
  await removeCheckpointLeftovers(run);
  for (let step = 9_990; step < 9_996; step++) await writeCheckpoint(run, { ...weights, step });
  const left = await readdir(checkpoints);
  // The last is a name that only a write of ours has.
  expect(left).toEqual(expect.arrayContaining(['1.safetensors', '2.safetensors', '.precious.vae-tmp']));
  expect(left).not.toContain('.6.safetensors.77.vae-tmp');
  await mkdir(join(run, 'latents'), { recursive: true });
  await writeFile(join(run, 'latents', 'notes.txt'), 'mine');
  await expect(writeLatents(run, latents)).rejects.toThrow('notes.txt');
  expect(await readFile(join(run, 'latents', 'notes.txt'), 'utf8')).toBe('mine');
});

test('a second name of a file (a hard link) keeps its content', async () => {
  const copy = cli.path('copy');
  await promisify(execFile)('cp', ['-al', run, copy]);
  const before = await readFile(join(copy, 'metrics.jsonl'), 'utf8');
  expect((await cli.run(['resume', run])).code).toBe(0);
  expect(await readFile(join(copy, 'metrics.jsonl'), 'utf8')).toBe(before);
  expect((await readFile(join(run, 'metrics.jsonl'), 'utf8')).startsWith(before)).toBe(true);
});
