/** What killed writes left of our temporary files goes at the next start; nothing else does. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointFolder } from '../../src/endpoint/record';
import { openEndpoint } from '../../src/endpoint/server';
import { installRuntime } from '../../src/endpoint/runtime';
import { writeAtomically } from '../../src/runs/atomic';
import { writeLayout } from '../../src/runs/umap-files';
import { Cli } from '../cli/support';
import { SMALL } from './support';
import { useFolder } from '../host/support';

let cli: Cli;
const folder = useFolder();
/** The id of a process that has ended. */
const DEAD = spawnSync(process.execPath, ['-e', '']).pid;
const named = (name: string, pid = DEAD): string => `.${name}.${pid}.${'0123456789abcdef'}.vae-tmp`;
beforeAll(async () => {
  cli = await Cli.build();
  const trained = await cli.run([
    'train',
    '--data',
    'digits:300',
    ...SMALL,
    '--samples',
    '300',
    '--run',
    'run',
  ]);
  expect(trained.code).toBe(0);
});
afterAll(() => cli.dispose());

/** Places of a run, and the names that our writes have there. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  '.': [
    ...['config.json', 'images.json', 'process.json', 'metrics.jsonl', 'log.txt'],
    ...['job', 'stop.request', 'remote.json', 'run.lock'],
  ],
  checkpoints: ['50.safetensors'],
  snapshots: ['7.safetensors'],
  umap: ['places.npy', 'umap.json'],
};
/** Names that are no leftovers of ours there. */
const OTHERS = [
  '.notes.vae-tmp',
  '.config.json.vae-tmp',
  'config.json.1.vae-tmp',
  '.photo.png.1.vae-tmp',
  '.job.x.vae-tmp',
];

test('in a run folder, when it is resumed', async () => {
  const run = folder.path();
  await cp(cli.path('run'), run, { recursive: true });
  for (const [place, names] of Object.entries(OURS)) {
    await mkdir(join(run, place), { recursive: true });
    for (const name of [...names.map((name) => named(name)), ...OTHERS])
      await writeFile(join(run, place, name), 'x');
  }
  await mkdir(join(run, named('latents')));
  await writeFile(join(run, named('latents'), 'mean.npy'), 'x');
  await mkdir(join(run, named('latents', DEAD + 1)));
  await writeFile(join(run, named('latents', DEAD + 1), 'holiday.jpg'), 'x');
  // The job of an engine that is being started now.
  await writeFile(join(run, named('job', process.pid)), 'x');
  const outside = join(cli.cwd, 'outside');
  await writeFile(outside, 'x');
  await symlink(outside, join(run, 'checkpoints', named('60.safetensors')));

  const { code, stderr } = await cli.run(['resume', run]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const [place, names] of Object.entries(OURS)) {
    const left = await readdir(join(run, place));
    expect(left).toEqual(expect.arrayContaining(OTHERS));
    for (const name of names) expect(left).not.toContain(named(name));
  }
  const left = await readdir(run);
  expect(left).not.toContain(named('latents'));
  expect(left).toContain(named('latents', DEAD + 1));
  expect(left).toContain(named('job', process.pid));
  expect(await readdir(join(run, 'checkpoints'))).toContain(named('60.safetensors'));
  expect(await readdir(cli.cwd)).toContain('outside');
});

test('of the map, when it is written next', async () => {
  const run = folder.path();
  await mkdir(join(run, 'umap'));
  for (const name of [named('umap.json'), ...OTHERS]) await writeFile(join(run, 'umap', name), 'x');
  const layout = {
    step: 1,
    fingerprint: '',
    count: 1,
    neighbours: 2,
    minDist: 0,
    seed: 0,
    most: 2,
    fitted: 2,
    epochs: 1,
  };
  await writeLayout(run, { ...layout, places: Float32Array.of(0, 0) });
  expect((await readdir(join(run, 'umap'))).sort()).toEqual([...OTHERS, 'places.npy', 'umap.json'].sort());
});

test('beside a file that a user names, when it is written next', async () => {
  const names = [
    named('table.csv'),
    named('other.csv'),
    named('table.csv', process.pid),
    '.table.csv.vae-tmp',
  ];
  for (const name of names) await writeFile(join(folder.path(), name), 'x');
  await writeAtomically([{ path: join(folder.path(), 'table.csv'), content: 'new' }]);
  expect((await readdir(folder.path())).sort()).toEqual([...names.slice(1), 'table.csv'].sort());
});

test('of the address of an engine, when the next one listens', async () => {
  const place = await endpointFolder(folder.path());
  await mkdir(place, { recursive: true, mode: 0o700 });
  for (const name of [named('endpoint.json'), named('gone'), named('notes')])
    await writeFile(join(place, name), 'x');
  const endpoint = await openEndpoint(folder.path(), 'test', {} as never);
  const left = await readdir(place);
  await endpoint.close();
  expect(left).toContain(named('notes'));
  expect(left).toContain('endpoint.json');
  expect(left).not.toContain(named('endpoint.json'));
  expect(left).not.toContain(named('gone'));
});

test.skipIf(process.platform !== 'linux')('of copies of the engine, when one is started', async () => {
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder.path(), 'cache');
  try {
    const engine = join(folder.path(), 'extension');
    await mkdir(engine);
    await writeFile(join(engine, 'worker.cjs'), 'program');
    const root = dirname(await installRuntime(engine));
    const copy = '0123456789abcdef';
    for (const name of [named(copy), named(copy, process.pid), named('notes'), 'notes'])
      await mkdir(join(root, name));
    await installRuntime(engine);
    const left = await readdir(root);
    expect(left).toEqual(expect.arrayContaining([named(copy, process.pid), named('notes'), 'notes']));
    expect(left).not.toContain(named(copy));
    // Whoever made them: what nobody has used for months goes from this private folder.
    await utimes(join(root, named(copy, process.pid)), 0, 0);
    await installRuntime(engine);
    expect(await readdir(root)).not.toContain(named(copy, process.pid));
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  }
});
