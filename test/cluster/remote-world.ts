import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionTo } from '../../src/cluster/connection';
import type { ClusterConnection } from '../../src/cluster/connection';
import { followRun } from '../../src/cluster/follow';
import type { FollowEnd, FollowEvent } from '../../src/cluster/follow';
import { placeOf } from '../../src/cluster/train-script';
import { writeCheckpoint } from '../../src/runs/checkpoint';
import { jobIdOf } from '../../src/runs/remote-run';
import type { RemoteRun } from '../../src/runs/remote-run';
import { config } from '../host/support';
import type { FakeDashboard, FakeJob } from './fake-dashboard';

const DIGEST = 'd'.repeat(64);

/** A run that was submitted to a cluster. */
export const remoteRun = (change: Partial<RemoteRun> = {}): RemoteRun => ({
  ...{
    target: 'lab',
    id: 'digits-1',
    attempt: 1,
    retries: 0,
    digest: DIGEST,
    session: 'session_1',
    node: null,
  },
  ...{ state: 'waiting', message: '', changedAt: '2026-01-02T03:04:05.000Z', linesBefore: 0 },
  job: {
    source: { kind: 'digits', count: 1000, seed: 0 },
    ...{ preset: 'fast', seed: 0, set: {}, engine: 'onnx', threads: 1, images: { from: 'built-in' } },
  },
  ...change,
});

export const connectionOf = ({ address }: FakeDashboard, token: string | null = null): ClusterConnection =>
  connectionTo({ ...{ name: 'lab', kind: 'ray', address, cpus: 1, gpus: 0 }, pip: [], storage: null }, token);

/** Lines of a curve: a row for each step. */
export const rows = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({
      type: 'train',
      step: from + i,
      samples: 0,
      seconds: 0,
      elbo: -1,
      reconstruction: -1,
      kl: 0,
    }),
  );

export const ended = (state: string, step: number): string =>
  JSON.stringify({ type: 'ended', state, step, message: `it is ${state}` });

/** Returns the bytes of a checkpoint. */
export async function checkpointBytes(step: number, value = step): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'vae-checkpoint-'));
  try {
    const tensors = new Map([['w', { shape: [2], data: Float32Array.of(value, 1) }]]);
    await writeCheckpoint(folder, { step, tensors, best: null, row: null });
    return await readFile(join(folder, 'checkpoints', `${step}.safetensors`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A job on the dashboard as its engine would go on with it. */
export class RunningJob {
  constructor(
    private readonly dashboard: FakeDashboard,
    private readonly remote: RemoteRun = remoteRun(),
  ) {
    dashboard.jobs.set(jobIdOf(remote), {
      ...{ status: 'RUNNING', message: '' },
      request: { metadata: { digest: remote.digest }, runtime_env: { env_vars: {} } } as FakeJob['request'],
    });
  }

  get job(): FakeJob {
    return this.dashboard.jobs.get(jobIdOf(this.remote))!;
  }

  file(name: string, content: string | Buffer | null): void {
    const path = `${placeOf(jobIdOf(this.remote))}/${name}`;
    if (content === null) this.dashboard.files.delete(path);
    else this.dashboard.files.set(path, Buffer.from(content));
  }

  log(text: string): void {
    this.dashboard.files.set(`job-driver-${jobIdOf(this.remote)}.log`, Buffer.from(text));
  }

  curve(lines: readonly string[], torn = ''): void {
    this.file('metrics.jsonl', `${lines.map((line) => `${line}\n`).join('')}${torn}`);
  }

  config(): void {
    const source = { kind: 'folder', uri: 'file:///tmp/ray/data', rules: 2 } as const;
    const data = { ...config().data, source };
    this.file('config.json', JSON.stringify({ ...config(), name: 'run', data }));
  }
}

interface FollowedOptions {
  readonly token?: string | null;
  readonly step?: number | null;
  readonly pace?: number;
  /** @param looks so far, with this one */
  readonly isUrgent?: (looks: number) => boolean;
}

/**
 * Follows a run, in a time of its own.
 * @param onTick called before each wait, with its number and length; may leave @param step how long each wait takes, in ms, whatever was asked for
 */
export async function followed(
  folder: string,
  dashboard: FakeDashboard,
  remote: RemoteRun,
  onTick: (tick: number, leave: () => void, ms: number) => void | Promise<void> = () => undefined,
  { token = null, step = null, pace = 1000, isUrgent = () => false }: FollowedOptions = {},
): Promise<{ end: FollowEnd; events: FollowEvent[]; waits: number[] }> {
  const events: FollowEvent[] = [];
  const waits: number[] = [];
  const controller = new AbortController();
  let now = 0;
  const clock = {
    now: () => now,
    pace: () => pace,
    isUrgent: () => isUrgent(waits.length + 1),
    date: () => new Date(Date.UTC(2026, 0, 2) + now),
    sleep: async (ms: number) => {
      waits.push(ms);
      await onTick(waits.length, () => controller.abort(), ms);
      now += step ?? ms;
    },
  };
  const say = (event: FollowEvent): void => void events.push(event);
  const connection = connectionOf(dashboard, token);
  const end = await followRun(folder, connection, remote, clock, say, controller.signal);
  return { end, events, waits };
}
