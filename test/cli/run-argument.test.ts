import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/cli/context';
import { EXIT } from '../../src/cli/exit';
import { newRunFolder, resolveRun, runsRoot } from '../../src/cli/run-argument';
import type { DatasetSource } from '../../src/datasets/dataset';
import { writeRemoteRun } from '../../src/runs/remote-run';
import { writeConfig } from '../../src/runs/store';
import { remoteRun } from '../cluster/remote-world';
import { config, useFolder } from '../host/support';

const folder = useFolder();
const at = (...parts: string[]): string => join(folder.path(), ...parts);
const resolved = (text: string): Promise<string> => resolveRun(text, folder.path());

async function makeRun(name: string, createdAt = config().createdAt): Promise<string> {
  const path = at('.vae', 'runs', name);
  await mkdir(path, { recursive: true });
  await writeConfig(path, config({ name, createdAt }));
  return path;
}

test('runs are kept in .vae/runs of the current folder', () => {
  expect(runsRoot('/home/me')).toBe(join('/home/me', '.vae', 'runs'));
});

describe('a run is named by', () => {
  test('its name, which is looked for among the runs before the current folder', async () => {
    await mkdir(at('a'));
    expect(await resolved('a')).toBe(at('a'));
    const run = await makeRun('a');
    expect(await resolved('a')).toBe(run);
  });

  test('a path, which is never a name in .vae/runs', async () => {
    await makeRun('a');
    await mkdir(at('far', 'a'), { recursive: true });
    await mkdir(at('.hidden'));
    expect(await resolved('far/a')).toBe(at('far', 'a'));
    expect(await resolved('far/../far/a/')).toBe(at('far', 'a'));
    expect(await resolved(at('far', 'a'))).toBe(at('far', 'a'));
    expect(await resolved('.hidden')).toBe(at('.hidden'));
    expect(await resolved('.')).toBe(folder.path());
    await expect(resolved('./a')).rejects.toMatchObject({ exitCode: EXIT.badInput });
  });

  test('`latest`: the newest that can be read', async () => {
    await makeRun('20260101-000000-b');
    const newest = await makeRun('20260102-000000-a');
    await mkdir(at('.vae', 'runs', '20260103-000000-empty'));
    await writeFile(join(await makeRun('20260104-000000-damaged'), 'config.json'), '{');
    expect(await resolved('latest')).toBe(newest);
    await makeRun('zebra', '2026-01-01T00:00:00Z');
    expect(await resolved('latest')).toBe(newest);
    const named = await makeRun('ant', '2026-01-02T00:00:01Z');
    expect(await resolved('latest')).toBe(named);
  });

  test('`latest`, which may be awaited from a cluster, and is so for no longer than until a run is begun', async () => {
    const awaited = at('.vae', 'runs', 'far');
    await mkdir(awaited, { recursive: true });
    const before = await makeRun('20260101-000000-a');
    await writeRemoteRun(awaited, remoteRun({ state: 'lost', changedAt: '2025-12-31T00:00:00Z' }));
    expect(await resolved('latest')).toBe(before);
    await writeRemoteRun(awaited, remoteRun({ state: 'waiting', changedAt: '2026-01-01T00:01:00Z' }));
    expect(await resolved('latest')).toBe(awaited);
    const after = await makeRun('20260101-000200-a');
    expect(await resolved('latest')).toBe(after);
  });
});

test('without runs, `latest` says how to start one', async () => {
  const message = `latest: there is no run in ${at('.vae', 'runs')} yet; start one with \`vae train\``;
  await expect(resolved('latest')).rejects.toMatchObject({ message, exitCode: EXIT.badInput });
});

test('what is no folder is no run, and the message says where runs are listed', async () => {
  await writeFile(at('file'), '');
  for (const text of ['file', './file', 'gone', 'gone/too'])
    await expect(resolved(text)).rejects.toMatchObject({
      code: 'bad-input',
      exitCode: EXIT.badInput,
      message: expect.stringMatching(/there is no such run; .*`vae runs` lists them/) as string,
    });
});

describe('a new run', () => {
  const context = (): Context =>
    ({ cwd: folder.path(), today: () => new Date('2026-01-02T03:04:05Z') }) as unknown as Context;
  const digits: DatasetSource = { kind: 'digits', count: 10, seed: 0 };

  test.each<[source: DatasetSource, name: string]>([
    [digits, 'digits'],
    [{ kind: 'folder', uri: 'file:///data/My%20Faces' }, 'my-faces'],
    [{ kind: 'zip', uri: 'file:///data/faces.zip' }, 'faces'],
    [{ kind: 'npy', uri: 'file:///data/x_train.npy' }, 'x-train'],
    [{ kind: 'parquet', uri: 'file:///data/cifar.parquet' }, 'cifar'],
    [{ kind: 'idx', uri: 'file:///data/train-images.idx3-ubyte.gz' }, 'train-images-idx3-ubyte'],
  ])('is named after the date and its dataset: %o', async (source, name) => {
    const path = await newRunFolder(undefined, source, context());
    expect(path).toBe(at('.vae', 'runs', `20260102-030405-${name}`));
    expect(await readFile(at('.vae', '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('does not share the folder of one that was begun in the same second', async () => {
    const first = await newRunFolder(undefined, digits, context());
    expect(await newRunFolder(undefined, digits, context())).toBe(`${first}-2`);
  });

  test('is made where it is asked for, in a folder that is new or empty', async () => {
    expect(await newRunFolder('far/new', digits, context())).toBe(at('far', 'new'));
    expect(await newRunFolder('far/new', digits, context())).toBe(at('far', 'new'));
    await writeFile(at('far', 'new', 'config.json'), '{}');
    await expect(newRunFolder('far/new', digits, context())).rejects.toMatchObject({
      exitCode: EXIT.badInput,
      message: expect.stringContaining(
        `${at('far', 'new')} is not empty; expected a new or empty folder`,
      ) as string,
    });
    expect(await readFile(at('far', 'new', 'config.json'), 'utf8')).toBe('{}');
    await rm(at('far', 'new', 'config.json'));
    expect(await newRunFolder(at('far', 'new'), digits, context())).toBe(at('far', 'new'));
  });
});
