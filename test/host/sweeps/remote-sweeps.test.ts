/** Sweeps on a cluster, from a window: what is asked and sent, who follows them, and what is said of those that are lost. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SweepView } from '../../../src/domain/sweep';
import type { ExtensionServices } from '../../../src/host/services';
import { askSweep, NO_CHOICES } from '../../../src/host/sweeps/ask-sweep';
import { continueSweep } from '../../../src/host/sweeps/control-sweep';
import { isThere, tellLost } from '../../../src/host/sweeps/remote-sweeps';
import { sweep } from '../../../src/host/sweeps/sweep';
import { SweepFollower } from '../../../src/host/sweeps/sweep-follower';
import { sweepNotifications } from '../../../src/host/sweeps/sweep-notifications';
import { SweepsModel } from '../../../src/host/sweeps/sweeps-model';
import { RunLock } from '../../../src/runs/lock';
import { readSweep } from '../../../src/sweeps/sweep-file';
import { writeResults } from '../../../src/sweeps/results';
import { result } from '../../sweeps/support';
import { submitInProcess } from '../clusters/submit-in-process';
import { TOKEN, useCluster } from '../clusters/use-cluster';
import * as editor from '../editor';
import { memento } from '../memento';
import { windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));

const cluster = useCluster(engine);
const { folder } = cluster;
let sweeps: SweepsModel;
let host: ExtensionServices;
let calls: string[][];
/** Sweeps that were followed, with the token. */
let followed: unknown[];

beforeEach(() => {
  [calls, followed] = [[], []];
  const context = {
    ...{ extensionPath: '/extension', workspaceState: memento() },
    secrets: { get: () => Promise.resolve(TOKEN), store: () => Promise.resolve() },
  } as unknown as ExtensionServices['context'];
  sweeps = new SweepsModel(() => [join(folder.path(), '.vae', 'runs')]);
  host = {
    ...{ ...windowWith([]).host, context, sweeps, submitRun: submitInProcess(folder.path(), calls) },
    goOnWithSweep: (...args) => Promise.resolve(void followed.push(args)),
  };
});
afterEach(() => sweeps.dispose());

const SWEEP = { on: 'lab', data: 'digits:50', set: { latent: '2,3', samples: '5000' } } as const;
const begun = async (): Promise<string> =>
  fileURLToPath((await sweep(host, { ...SWEEP, confirmed: true }))!.sweepUri);
const follower = (change: Partial<ConstructorParameters<typeof SweepFollower>[0]> = {}): SweepFollower =>
  new SweepFollower({
    ...{ sweeps, isAllowed: () => true, now: () => performance.now(), log: () => undefined },
    isThere: (...args) => isThere(host, ...args),
    follow: (each, target) => Promise.resolve(void followed.push([each, target])),
    tellLost: ({ folder: each, name }, target) => tellLost(each, name, target),
    ...change,
  });

test('a sweep is submitted once a person has agreed, and followed by a process of its own, which gets the token', async () => {
  editor.window.showInformationMessage.mockResolvedValueOnce('Send and Train');
  const { sweepUri } = (await sweep(host, SWEEP))!;
  const [question, options] = editor.window.showInformationMessage.mock.calls[0]!;
  expect(question).toBe('Trials to train on lab: 2. Train them?');
  expect((options as { detail: string }).detail).toMatch(
    /To lab .* are sent.*no images: the digits are made/s,
  );
  expect(cluster.dashboard.jobs.size).toBe(1);
  const home = fileURLToPath(sweepUri);
  expect(followed).toEqual([[home, TOKEN]]);
  expect(await readSweep(home)).toMatchObject({ on: { target: 'lab' }, engine: 'auto' });
  expect(calls.flat()).not.toContain('--parallel');
  expect(JSON.stringify(calls)).not.toContain(TOKEN);
  expect(sweeps.find(home)?.sweep).toMatchObject({ target: 'lab', state: 'interrupted' });
});

test('one that is declined leaves nothing', async () => {
  expect(await sweep(host, SWEEP)).toBeUndefined();
  expect([cluster.dashboard.jobs.size, cluster.dashboard.packages.size, followed]).toEqual([0, 0, []]);
  expect(await readdir(join(folder.path(), '.vae', 'sweeps'))).toEqual([]);
  await expect(sweep(host, { ...SWEEP, on: 'other' })).rejects.toThrow('there is no such cluster');
});

test('after a restart it is followed again, if this window may; of one that is lost it is asked once', async () => {
  const home = await begun();
  followed = [];
  await sweeps.refresh();
  const untrusted = follower({ isAllowed: () => false });
  await untrusted.look();
  expect(followed).toEqual([]);
  untrusted.dispose();
  let now = 0;
  const own = follower({ now: () => now });
  await own.look();
  await own.look();
  expect(followed).toEqual([[home, 'lab']]);
  // Its cluster cannot be asked, then has lost it.
  cluster.dashboard.intruder = (_, to) => (to.destroy(), true);
  now += 61_000;
  await own.look();
  cluster.dashboard.intruder = () => false;
  cluster.dashboard.forget();
  for (let i = 0; i < 3; i++) {
    now += 61_000;
    await own.look();
  }
  expect(followed).toHaveLength(1);
  expect(editor.window.showWarningMessage.mock.calls.map(([text]) => String(text))).toEqual([
    expect.stringMatching(
      /lab has lost the sweep .*\. Submit what is left of it, from the newest checkpoints/,
    ),
  ]);
  own.dispose();
});

test('Continue submits what is left of one that is lost, and only follows one that is there', async () => {
  const home = await begun();
  cluster.dashboard.asked.length = 0;
  followed = [];
  await continueSweep(host, { sweep: home });
  expect([followed, cluster.dashboard.asked.some(({ method }) => method !== 'GET')]).toEqual([
    [[home, TOKEN]],
    false,
  ]);
  cluster.dashboard.forget();
  await continueSweep(host, { sweep: home });
  expect([followed.length, cluster.dashboard.jobs.size]).toEqual([1, 0]);
  editor.window.showInformationMessage.mockResolvedValueOnce('Send and Train');
  await continueSweep(host, { sweep: home });
  expect([followed.length, [...cluster.dashboard.jobs.keys()]]).toEqual([2, [expect.stringMatching(/-2$/)]]);
});

test('a sweep that ends is told of, with its best trial; one here whose process has died may be continued', async () => {
  const home = await begun();
  const told = sweepNotifications(sweeps);
  await sweeps.refresh();
  const lock = await RunLock.take(home);
  await sweeps.refresh();
  expect(sweeps.find(home)?.sweep).toMatchObject({ state: 'running' });
  const ranking = { logLikelihood: -81.5, standardError: 1, k: 5, images: 10 };
  const trials = [result(), result({ state: 'finished', ranking })];
  await writeResults(home, { format: 'latent-explorer/sweep-results/1', ended: 'finished', trials });
  await lock.release();
  editor.window.showInformationMessage.mockClear();
  await sweeps.refresh();
  expect(editor.window.showInformationMessage.mock.calls).toEqual([
    [
      expect.stringMatching(/the sweep .* has finished\. Its best trial is 2, with \u221281\.5 nats/),
      'Open Sweep',
    ],
  ]);
  const of = (state: SweepView['state'], target: string | null) =>
    ({
      sweep: { ...(sweeps.find(home)!.sweep as SweepView), state, target },
      runs: new Set<string>(),
    }) as const;
  let change: () => void = () => undefined;
  const model = {
    entries: [of('running', null), of('running', 'lab')],
    changed: (on: () => void) => ((change = on), told),
  };
  model.entries[1] = { ...model.entries[1]!, sweep: { ...model.entries[1]!.sweep, folder: '/other' } };
  sweepNotifications(model);
  change();
  model.entries = model.entries.map((each) => ({
    ...each,
    sweep: { ...each.sweep, state: 'interrupted' as const },
  }));
  change();
  expect(editor.window.showWarningMessage.mock.calls).toEqual([
    [expect.stringMatching(/was interrupted; its process has ended/), 'Continue', 'Open Sweep'],
  ]);
  told.dispose();
});

test('the list of settings offers the clusters, and what only they can', async () => {
  const answer = async (label: string): Promise<string[]> => {
    await vi.waitFor(() =>
      expect(editor.quickPicks.at(-1)).toMatchObject({ isShown: true, isDisposed: false }),
    );
    const pick = editor.quickPicks.at(-1)!;
    const labels = pick.items.map(({ label: each }) => String(each));
    pick.choose(label);
    await vi.waitFor(() => expect(pick.isDisposed).toBe(true));
    return labels;
  };
  const choose = (label: string): void =>
    void editor.window.showQuickPick.mockImplementationOnce(async (items) =>
      ((await items) as { label: string }[]).find((item) => item.label.startsWith(label)),
    );
  const asked = askSweep(
    'fast',
    { kind: 'digits', count: 100, seed: 0 },
    { ...NO_CHOICES, set: { latent: '2,3' } },
  );
  choose('lab');
  expect(await answer('Place')).toContain('Trials at once');
  choose('Some, Chosen from Earlier Results');
  editor.window.showInputBox.mockResolvedValueOnce('4');
  expect(await answer('Search')).not.toContain('Trials at once');
  await answer('$(play)');
  expect(await asked).toMatchObject({ on: 'lab', isGuided: true, trials: 4, parallel: 1 });
});
