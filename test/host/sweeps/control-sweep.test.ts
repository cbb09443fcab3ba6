import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, test, vi } from 'vitest';
import { continueSweep, openSweep, stopSweep } from '../../../src/host/sweeps/control-sweep';
import { SweepsModel } from '../../../src/host/sweeps/sweeps-model';
import { RunLock } from '../../../src/runs/lock';
import { result, sweepOf, writeSweepFolder } from '../../sweeps/support';
import * as editor from '../editor';
import { useFolder } from '../support';
import { windowWith } from '../window';
import { SweepLine } from '../../../src/host/runs/tree-lines';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder().path;
beforeEach(() => {
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
});

const TRIALS = [{ run: 's-t1', values: { latent: '2' } }];

/** A window beside whose runs there is a sweep. */
async function open(ended: 'finished' | 'stopped' | null) {
  const sweep = await writeSweepFolder(folder(), 's', sweepOf(TRIALS), [result()], ended);
  const { host, done } = windowWith([]);
  const wentOn: string[] = [];
  const own = {
    ...host,
    sweeps: new SweepsModel(() => [join(folder(), 'runs')]),
    goOnWithSweep: (each: string) => Promise.resolve(void wentOn.push(each)),
  };
  return { sweep, host: own, done, wentOn };
}

test('a sweep is found beside the runs, and opened by its line, its URI or the user’s choice', async () => {
  const { sweep, host, done } = await open('finished');
  await openSweep(host, { sweep: pathToFileURL(sweep).href });
  await openSweep(host, new SweepLine(host.sweeps.entries[0]!.sweep.folder));
  editor.window.showQuickPick.mockImplementationOnce(
    async (items) => (await (items as Promise<unknown[]>))[0],
  );
  await openSweep(host);
  expect(done).toEqual(Array(3).fill(`show sweep ${sweep}`));
  expect(host.sweeps.ofRun(join(folder(), 'runs', 's-t1'))?.sweep.name).toBe('s');
  await expect(openSweep(host, { sweep: '/elsewhere' })).rejects.toThrow('this window has no such sweep');
});

test('a sweep that nobody carries out is continued, and not stopped', async () => {
  const { sweep, host, wentOn } = await open(null);
  await expect(stopSweep(host, { sweep })).rejects.toThrow('s is not being trained.');
  await continueSweep(host, { sweep });
  expect(wentOn).toEqual([sweep]);
});

test('a sweep that is carried out is stopped, and not continued', async () => {
  const { sweep, host, wentOn } = await open(null);
  const lock = await RunLock.take(sweep);
  try {
    await expect(continueSweep(host, { sweep })).rejects.toThrow('s is being trained, or has ended.');
    await stopSweep(host, { sweep });
    expect(existsSync(join(sweep, 'stop.request'))).toBe(true);
  } finally {
    await lock.release();
  }
  expect(wentOn).toEqual([]);
});

test('without trust nothing is continued', async () => {
  const { sweep, host, wentOn } = await open('stopped');
  editor.workspace.isTrusted = false;
  await expect(continueSweep(host, { sweep })).rejects.toThrow('not trusted');
  expect(wentOn).toEqual([]);
});

test('the list says when a sweep has changed, and only then', async () => {
  const { sweep, host } = await open('stopped');
  let changes = 0;
  host.sweeps.changed(() => changes++);
  await host.sweeps.refresh();
  await host.sweeps.refresh();
  expect(changes).toBe(1);
  await writeSweepFolder(
    folder(),
    's',
    sweepOf(TRIALS),
    [result({ state: 'paused', samples: 10 })],
    'stopped',
  );
  await host.sweeps.refresh();
  expect(changes).toBe(2);
  expect(host.sweeps.find(sweep)?.sweep).toMatchObject({ trials: [{ samples: 10 }] });
});
