import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engines } from '../../../src/host/engines/engines';
import { RunsModel } from '../../../src/host/runs/runs-model';
import type { RunAlert } from '../../../src/host/runs/runs-model';
import { changeAbout } from '../../../src/runs/about';
import { identityOfThis, lockText } from '../../../src/runs/holder';
import { processStartTime } from '../../../src/runs/process-start';
import { createRunFolder, writeConfig } from '../../../src/runs/store';
import { config, reportingEngine, until, useFolder } from '../support';

const folder = useFolder();
let engines: Engines;
let runs: RunsModel;
const root = (): string => join(folder.path(), '.vae/runs');

beforeEach(() => {
  engines = new Engines({
    engineFolder: folder.path(),
    choose: () => ({ engine: 'auto', threads: 0 }),
    checkAllowed: () => {
      throw new Error('not trusted');
    },
  });
  runs = new RunsModel(() => [root()], engines);
});
afterEach(() => {
  runs.dispose();
  engines.dispose();
});

async function run(name: string, second: number): Promise<string> {
  const path = await createRunFolder(root(), name, new Date(Date.UTC(2026, 0, 1, 0, 0, second)));
  await writeConfig(path, config({ name }));
  return path;
}

describe('RunsModel', () => {
  it('is empty without a folder', async () => {
    await runs.refresh();
    expect(runs.entries).toEqual([]);
  });

  it('lists runs, newest first, and leaves out what is none', async () => {
    const first = await run('a', 1);
    const second = await run('b', 2);
    await mkdir(join(root(), 'not-a-run'));
    await writeFile(join(root(), 'file'), '');
    await runs.refresh();
    expect(runs.entries.map((entry) => entry.folder)).toEqual([second, first]);
    await rm(first, { recursive: true });
    await runs.refresh();
    expect(runs.entries.map((entry) => entry.folder)).toEqual([second]);
  });

  it('lists a damaged run with the reason, and says what is not listed: a link in .vae, a link in place of .vae', async () => {
    const good = await run('good', 1);
    const damaged = await run('damaged', 2);
    await writeFile(join(damaged, 'config.json'), '{');
    await symlink(good, join(root(), 'link'));
    await runs.refresh();
    expect(runs.entries).toMatchObject([
      { folder: damaged, record: null, damage: expect.stringContaining('config.json is not JSON') as string },
      { folder: good, damage: '' },
    ]);
    expect(runs.leftOut).toEqual([expect.stringContaining('link is a link')]);
    await rm(damaged, { recursive: true });
    await rm(join(root(), 'link'));
    await runs.refresh();
    expect(runs.leftOut).toEqual([]);
    await rename(join(folder.path(), '.vae'), join(folder.path(), 'moved'));
    await symlink(join(folder.path(), 'moved'), join(folder.path(), '.vae'));
    await runs.refresh();
    expect(runs.entries).toEqual([]);
    expect(runs.leftOut).toEqual([expect.stringMatching(/\.vae is a link.*vae\.runsFolder/)]);
  });

  it('lists a run from elsewhere once it was opened, and no folder that is none', async () => {
    const elsewhere = await createRunFolder(join(folder.path(), 'far'), 'b', new Date(0));
    await writeConfig(elsewhere, config({ name: 'b' }));
    const own = await run('a', 1);
    expect(await runs.include(elsewhere)).toBe(true);
    expect(runs.entries.map((entry) => entry.folder).sort()).toEqual([own, elsewhere].sort());
    expect(await runs.include(folder.path())).toBe(false);
    await rm(elsewhere, { recursive: true });
    await runs.refresh();
    expect(runs.entries.map((entry) => entry.folder)).toEqual([own]);
  });

  it('reads a record again only when its files have changed', async () => {
    await run('a', 1);
    await runs.refresh();
    const before = runs.entries[0]!.record;
    await runs.refresh();
    expect(runs.entries[0]!.record).toBe(before);
    await changeAbout(runs.entries[0]!.folder, () => ({ name: 'Faces' }));
    await runs.refresh();
    expect(runs.entries[0]!.record?.about.name).toBe('Faces');
    const line = { type: 'ended', state: 'finished', step: 1, message: '' };
    await writeFile(join(runs.entries[0]!.folder, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    await runs.refresh();
    expect(runs.entries[0]!.record?.outcome).toBe('finished');
  });

  it('attaches to a run that was started elsewhere, also before its configuration is written', async () => {
    const path = await createRunFolder(root(), 'fresh', new Date(0));
    const engine = await reportingEngine(path);
    await runs.refresh();
    expect(runs.entries).toMatchObject([{ folder: path, record: null }]);
    expect(runs.entries[0]!.connection.status?.state).toBe('training');
    await engine.endpoint.close();
  });

  it('reads what came during an older reading, for who asked then', async () => {
    const slow = await run('a', 1);
    const engine = await reportingEngine(slow);
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    const first = runs.refresh();
    // By now that reading has its list of folders.
    await until(() => engine.calls.includes('status'));
    const second = await run('b', 2);
    const asked = runs.refresh();
    tell();
    await asked;
    expect(runs.entries.map((entry) => entry.folder)).toEqual([second, slow]);
    await first;
    await engine.endpoint.close();
  });

  it('lists a run without its engine where that is slow to answer, and follows it once it has', async () => {
    const path = await run('a', 1);
    const engine = await reportingEngine(path);
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    await runs.refresh();
    expect(runs.entries).toMatchObject([{ folder: path, connection: { status: null } }]);
    tell();
    await until(() => runs.entries[0]!.connection.status?.state === 'training');
    await engine.endpoint.close();
  });

  it('tells once that the engine of a run has gone', async () => {
    const path = await run('a', 1);
    const engine = await reportingEngine(path);
    const ends: RunAlert[] = [];
    runs.alerted((end) => ends.push(end));
    await runs.refresh();
    await engine.endpoint.close();
    await until(() => ends.length > 0);
    expect(ends).toMatchObject([{ kind: 'interrupted', entry: { folder: path } }]);
  });

  it('tells of a training that pauses by itself, once, and not of one that the user paused', async () => {
    const path = await run('a', 1);
    const engine = await reportingEngine(path);
    const alerts: RunAlert[] = [];
    runs.alerted((alert) => alerts.push(alert));
    await runs.refresh();
    const { connection } = runs.find(path)!;
    const becomes = async (state: 'paused' | 'training', message = ''): Promise<void> => {
      engine.report({ state, message });
      await until(() => connection.status?.state === state && connection.status.message === message);
    };
    await becomes('paused');
    await becomes('training');
    await becomes('paused', 'the disk is full');
    await becomes('paused', 'the disk is still full');
    expect(alerts).toMatchObject([{ kind: 'paused', message: 'the disk is full', entry: { folder: path } }]);
    await engine.endpoint.close();
  });

  it('tells of an engine whose socket closes a moment before its process is gone', async () => {
    const path = await run('a', 1);
    const engine = await reportingEngine(path);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
    const identity = {
      ...(await identityOfThis()),
      pid: child.pid!,
      startTime: await processStartTime(child.pid!),
    };
    await writeFile(join(path, 'run.lock'), lockText(identity).text);
    const alerts: RunAlert[] = [];
    runs.alerted((alert) => alerts.push(alert));
    await runs.refresh();
    await engine.endpoint.close();
    await until(() => !runs.find(path)!.connection.connected);
    // Whatever the loss made be read has been read, while the process was still there.
    await runs.refresh();
    expect(alerts).toEqual([]);
    child.kill('SIGKILL');
    await until(() => alerts.length > 0);
    expect(alerts).toMatchObject([{ kind: 'interrupted', entry: { folder: path } }]);
  });

  it('brings no deleted run back', async () => {
    const path = await run('a', 1);
    await rm(path, { recursive: true });
    await expect(engines.answering(path)).rejects.toMatchObject({ code: 'no-run' });
    expect(existsSync(path)).toBe(false);
  });

  it('starts no engine where that is not allowed', async () => {
    const path = await run('a', 1);
    await expect(engines.answering(path)).rejects.toThrow('not trusted');
    await expect(engines.train(path)).rejects.toThrow('not trusted');
  });
});
