import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { remoteNotifications } from '../../../src/host/clusters/remote-notifications';
import { trainOnCluster } from '../../../src/host/clusters/train-on-cluster';
import type { ExtensionServices } from '../../../src/host/services';
import { resume } from '../../../src/host/training/resume';
import { stop } from '../../../src/host/training/run-control';
import { train } from '../../../src/host/training/train';
import { trainLonger } from '../../../src/host/training/train-longer';
import { NotAllowedError } from '../../../src/host/trust';
import { encodePng } from '../../../src/images/codecs/png-encode';
import { readRemoteRun } from '../../../src/runs/remote-run';
import { checkpointBytes, ended, rows, RunningJob } from '../../cluster/remote-world';
import { eventually } from '../../support/eventually';
import * as editor from '../editor';
import { memento } from '../memento';
import { windowWith } from '../window';
import { ClusterWindow } from './cluster-window';
import { submitInProcess } from './submit-in-process';
import { TOKEN, useCluster } from './use-cluster';

vi.mock('vscode', () => import('../editor'));
const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));

const cluster = useCluster(engine);
const { folder } = cluster;
let window: ClusterWindow;
let host: ExtensionServices;
let calls: string[][];
const runsRoot = (): string => join(folder.path(), '.vae', 'runs');

beforeEach(() => void (host = hostOf()));
afterEach(() => window.close());

/** A window whose token is kept as a secret. */
function hostOf(): ExtensionServices {
  calls = [];
  const secrets = new Map([[`vae.cluster.token:${cluster.dashboard.address}`, TOKEN]]);
  const context = {
    extensionPath: '/extension',
    workspaceState: memento(),
    secrets: {
      get: (key: string) => Promise.resolve(secrets.get(key)),
      store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
    },
  } as unknown as ExtensionServices['context'];
  const connect: NonNullable<ConstructorParameters<typeof ClusterWindow>[2]>['connect'] = async (remote) =>
    (await import('../../../src/host/clusters/cluster-connection')).connectionOf({ context }, remote);
  window = new ClusterWindow(runsRoot(), cluster.dashboard, { connect });
  const { runs, remotes } = window;
  return { ...windowWith([]).host, context, runs, remotes, submitRun: submitInProcess(folder.path(), calls) };
}

const agree = (): void =>
  void vi.mocked(editor.window.showInformationMessage).mockResolvedValue('Send and Train');
/** What a person was asked about, as one text. */
const asked = (): string =>
  editor.window.showInformationMessage.mock.calls
    .map(([question, options]) => `${String(question)}\n${(options as { detail?: string }).detail ?? ''}`)
    .join('\n\n');
/** Answers a list by the beginning of an item. */
function choose(...labels: string[]): void {
  for (const label of labels)
    vi.mocked(editor.window.showQuickPick).mockImplementationOnce(async (items) =>
      ((await items) as { label: string }[]).find((item) => item.label.startsWith(label)),
    );
}

const DIGITS = { on: 'lab', data: 'digits:50', preset: 'fast', samples: 5000 } as const;

/** A run that was submitted, and its job. */
async function submitted(): Promise<{ run: string; job: RunningJob }> {
  const { runUri } = (await trainOnCluster(host, { ...DIGITS, confirmed: true }))!;
  const run = fileURLToPath(runUri);
  const job = new RunningJob(cluster.dashboard, (await readRemoteRun(run))!);
  return { run, job };
}

/** Lets it come so far. */
async function trained(job: RunningJob, lines: readonly string[], checkpoint: number): Promise<void> {
  job.config();
  job.curve(lines);
  job.file(`checkpoints/${checkpoint}.safetensors`, await checkpointBytes(checkpoint));
}

describe('a run is sent', () => {
  test('with all that was chosen, once a person has agreed to what is said', async () => {
    agree();
    const set = { 'training.precision': 'bfloat16', hidden: '64' };
    const result = await trainOnCluster(host, {
      ...DIGITS,
      latent: 5,
      seed: 7,
      set,
      engine: 'onnx',
      threads: 2,
    });
    expect(asked()).toMatch(
      /^Train on lab\?\nTo lab \(http:\/\/127\.0\.0\.1:\d+\) are sent, unless .*\nthe settings, and the engine: [\d.]+ MB packed;\nno images: the digits are made there\./,
    );
    const run = fileURLToPath(result!.runUri);
    expect(await readRemoteRun(run)).toMatchObject({
      ...{ target: 'lab', state: 'waiting' },
      job: {
        ...{ source: { kind: 'digits', count: 50 }, preset: 'fast', seed: 7, engine: 'onnx', threads: 2 },
        set: { ...set, 'model.latent': '5', 'training.samples': '5000', snapshots: 'auto' },
      },
    });
    expect([...cluster.dashboard.jobs.values()][0]!.request.entrypoint).toContain(
      `'--set' 'training.precision=bfloat16'`,
    );
    // It is in the list at once, and followed from then on.
    expect(window.entry).toMatchObject({ folder: run, awaited: { target: 'lab' } });
    await eventually(() => window.entry?.followed?.status.message).toMatch(/waits for a place/);
  });

  test('as it was asked for in the questions of VAE: Train, with the engine and threads of the cluster', async () => {
    agree();
    choose('lab');
    await host.context.workspaceState.update('vae.lastTraining', {
      ...{ data: 'digits', preset: 'fast', latent: 4, size: null },
      set: { 'training.precision': 'bfloat16' },
    });
    choose('Same as last time');
    const result = await trainOnCluster(host);
    const { job } = (await readRemoteRun(fileURLToPath(result!.runUri)))!;
    expect(job).toMatchObject({ engine: 'auto', threads: 3, source: { kind: 'digits', count: 8000 } });
    expect(job.set).toMatchObject({ 'model.latent': '4', 'training.precision': 'bfloat16' });
  });

  test('not without being agreed to: then nothing is left of it', async () => {
    expect(await trainOnCluster(host, DIGITS)).toBeUndefined();
    expect([cluster.dashboard.packages.size, cluster.dashboard.jobs.size]).toEqual([0, 0]);
    expect(await readdir(runsRoot())).toEqual([]);
  });

  test('not from an untrusted workspace, nor to a cluster that is none of the person’s', async () => {
    await expect(trainOnCluster(host, { ...DIGITS, on: 'other', confirmed: true })).rejects.toThrow(
      'other: there is no such cluster; expected one of lab',
    );
    expect(await readdir(runsRoot())).toEqual([]);
    editor.workspace.isTrusted = false;
    await expect(trainOnCluster(host, { ...DIGITS, confirmed: true })).rejects.toThrow(NotAllowedError);
    expect(cluster.dashboard.asked).toEqual([]);
  });

  test('after the report on its images, which are sent, or named where they are', async () => {
    agree();
    const photos = join(folder.path(), 'photos');
    await mkdir(photos);
    const png = encodePng({ width: 4, height: 4, channels: 1, bytes: new Uint8Array(16) });
    for (const name of ['1.png', '2.png']) await writeFile(join(photos, name), png);
    await writeFile(join(folder.path(), 'labels.csv'), 'path,kind\n1.png,x\n2.png,y\n');
    const chosen = {
      ...{ data: photos, preset: 'fast', latent: 4, size: null },
      ...{ labels: join(folder.path(), 'labels.csv'), labelColumn: 'kind' },
    };
    const reported = { ...host, askAfterReport: () => Promise.resolve('cluster' as const) };
    const again = async (...answers: string[]) => {
      await host.context.workspaceState.update('vae.lastTraining', chosen);
      choose('Same as last time', ...answers);
      const result = await train(reported);
      return (await readRemoteRun(fileURLToPath(result!.runUri)))!;
    };
    const sent = await again('lab', 'Send the Images');
    expect(asked()).toMatch(/3 files of images: 0 MB packed\./);
    expect(sent.job.images).toEqual({ from: 'sent' });
    expect(sent.job.source).toMatchObject({ kind: 'folder', labelColumn: 'kind' });
    vi.mocked(editor.window.showInputBox).mockResolvedValueOnce(' /shared/photos');
    const named = await again('lab', 'The Images Are There');
    expect(asked()).toMatch(/no images: they are read from \/shared\/photos there\./);
    expect(named.job.images).toEqual({ from: 'cluster', path: '/shared/photos' });
    // Too large to be sent as they are: the two that are left can be read.
    await truncate(join(photos, '1.png'), (64 << 20) + 1);
    await again('lab', 'Send the Images');
    expect(asked()).toMatch(/2 images as rows of pixels, as the run sees them: 0 MB\./);
  });
});

describe('a run on a cluster', () => {
  test('is stopped at a checkpoint, which is brought home, and resumed from it on the cluster', async () => {
    const { run, job } = await submitted();
    await trained(job, rows(1, 30), 20);
    window.remotes.wake(run);
    await eventually(() => window.entry?.followed?.status.state).toBe('training');
    const newest = await checkpointBytes(35);
    cluster.dashboard.onStop = (stopped) => {
      expect(window.entry?.followed).not.toBeNull();
      stopped.status = 'STOPPED';
      job.curve([...rows(1, 36), ended('stopped', 35)]);
      job.file('checkpoints/35.safetensors', newest);
    };
    await stop(host, run);
    expect(window.entry?.record).toMatchObject({ outcome: 'stopped', checkpoints: [20, 35] });
    agree();
    choose('On lab');
    await resume(host, run, 0.001);
    expect(asked()).toContain('The run goes on from its newest checkpoint here');
    expect(await readRemoteRun(run)).toMatchObject({ attempt: 2, retries: 0, state: 'waiting' });
    expect(calls.at(-1)).toEqual(['resume', run, '--set', 'learningRate=0.001']);
    const there = [...cluster.dashboard.jobs.values()].at(-1)!;
    expect(there.request.entrypoint).toContain(`'learningRate=0.001'`);
    await expect(resume(host, { run })).rejects.toThrow('The cluster lab trains this run. Stop it first.');
  });

  test('goes on here instead, or for longer there', async () => {
    const { run, job } = await submitted();
    await trained(job, [...rows(1, 30), ended('stopped', 29)], 20);
    job.job.status = 'STOPPED';
    window.remotes.wake(run);
    await eventually(() => window.entry?.record?.outcome).toBe('stopped');
    await eventually(() => window.entry?.followed).toBeNull();
    const trainedHere: string[] = [];
    const engines = {
      train: (each: string) => {
        trainedHere.push(each);
        return Promise.resolve({ prepared: () => Promise.resolve() });
      },
    } as unknown as ExtensionServices['engines'];
    await resume({ ...host, engines }, { run, on: 'here' });
    expect([trainedHere, calls.length]).toEqual([[run], 1]);
    await expect(resume(host, { run, on: 'elsewhere' })).rejects.toThrow(`on: got "elsewhere"`);
    await trainLonger(host, { run, samples: 90_000, confirmed: true });
    expect(calls.at(-1)).toEqual(['resume', run, '--samples', '90000']);
    expect((await readRemoteRun(run))?.attempt).toBe(2);
  });

  test('that was lost is submitted again if a person says so, and counts as such', async () => {
    const notifications = remoteNotifications(host);
    const { run, job } = await submitted();
    await trained(job, rows(1, 30), 20);
    window.remotes.wake(run);
    await eventually(() => window.entry?.record?.checkpoints).toEqual([20]);
    agree();
    vi.mocked(editor.window.showWarningMessage).mockResolvedValueOnce('Submit Again…');
    cluster.dashboard.forget();
    window.remotes.wake(run);
    await eventually(async () => (await readRemoteRun(run))?.attempt).toBe(2);
    expect(editor.window.showWarningMessage.mock.calls[0]![0]).toMatch(
      /^VAE: lab has lost the run .*: lab was started again, and has forgotten its job\. Submit it again from its newest checkpoint here\?$/,
    );
    expect(await readRemoteRun(run)).toMatchObject({ retries: 1, linesBefore: 29 });
    // Lost again before it has recorded anything: it would be lost for ever.
    await eventually(() => window.entry?.followed?.status.message).toMatch(/waits for a place/);
    cluster.dashboard.forget();
    window.remotes.wake(run);
    await eventually(() => editor.window.showWarningMessage.mock.calls.length).toBe(2);
    expect(editor.window.showWarningMessage.mock.calls[1]).toEqual([
      expect.stringMatching(
        /It is not submitted again: it recorded nothing since it was last submitted\. VAE: Resume/,
      ),
    ]);
    expect(cluster.dashboard.jobs.size).toBe(0);
    notifications.dispose();
  });

  test('that fails is told as one here is', async () => {
    const notifications = remoteNotifications(host);
    const { run, job } = await submitted();
    job.job.status = 'FAILED';
    job.log('latent-explorer: found no Node.js\n');
    window.remotes.wake(run);
    await eventually(() => editor.window.showErrorMessage.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/^VAE: the training of .* failed: found no Node\.js$/),
    ]);
    notifications.dispose();
  });

  test('whose token has expired asks for another, once', async () => {
    const notifications = remoteNotifications(host);
    const { run } = await submitted();
    await eventually(async () => (await readRemoteRun(run))?.state).toBe('running');
    vi.mocked(editor.window.showWarningMessage).mockResolvedValueOnce('Enter Token…');
    vi.mocked(editor.window.showInputBox).mockResolvedValueOnce('another');
    const seen: string[] = [];
    cluster.dashboard.intruder = ({ headers }, to) => {
      const { authorization = '' } = headers;
      seen.push(authorization);
      // From now on, the token is another one.
      headers.authorization = headers['x-ray-authorization'] = `Bearer ${TOKEN}`;
      if (authorization === 'Bearer another') return false;
      to.writeHead(403).end('Forbidden: Invalid authentication token');
      return true;
    };
    window.remotes.wake(run);
    await eventually(() => seen).toContain('Bearer another');
    await eventually(() => window.entry?.followed?.status.message).toBe('');
    expect(editor.window.showWarningMessage).toHaveBeenCalledTimes(1);
    expect(editor.window.showWarningMessage.mock.calls[0]![0]).toMatch(
      /cannot be followed: .*does not accept/,
    );
    expect(String(editor.window.showWarningMessage.mock.calls[0]![0])).not.toContain(TOKEN);
    notifications.dispose();
  });
});
