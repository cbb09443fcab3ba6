/** Sweeps on a cluster: what is submitted, how trials come into their runs here, and what is submitted again. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { readSweepView } from '../../src/sweeps/sweep-view';
import { requestStop } from '../../src/sweeps/stop-request';
import { config } from '../host/support';
import { NODE } from './fake-dashboard';
import type { FakeJob } from './fake-dashboard';
import { useLab } from './lab';
import { checkpointBytes, ended } from './remote-world';

const engine = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../src/cli/cluster/engine-folder', () => ({ engineFolder: () => engine.folder }));
vi.mock('../../src/cli/sweep/rank-trial', () => ({
  // By the name of the run, as there is no model.
  rankTrial: (run: string) =>
    Promise.resolve({ logLikelihood: -100 + Number(run.at(-1)), standardError: 1, k: 5, images: 10 }),
}));

const lab = useLab({ engine, room: ['--cpus', '2'] });
const { folder, vae } = lab;

const sweep = (...args: string[]) =>
  vae('sweep', '--on', 'lab', '--yes', '--name', 's', '--data', 'digits:50', ...args);
const home = (): string => join(folder.path(), '.vae', 'sweeps', 's');
const run = (number: number, ...names: string[]): string =>
  join(folder.path(), '.vae', 'runs', `s-t${number}`, ...names);

interface Plan {
  readonly id: string;
  readonly script: string;
  readonly trials: readonly { readonly run: string; readonly values: object; readonly isDone: boolean }[];
}

/** What a job was told. */
function planOf(entrypoint: string): Plan {
  const [, quoted = ''] = /sweep\.py '(.*)'$/s.exec(entrypoint) ?? [];
  return JSON.parse(quoted.replaceAll(`'\\''`, "'")) as Plan;
}

const validation = (samples: number, elbo: number): string =>
  JSON.stringify({
    ...{ type: 'validation', step: samples / 100, samples, seconds: samples / 1000, epoch: samples / 40 },
    ...{ elbo, reconstruction: elbo, kl: 0, klPerDimension: [0, 0] },
  });

/** Plays the cluster: after each look at the job, the next of these is done. */
function play(...acts: ((id: string) => void | Promise<void>)[]): void {
  let next = 0;
  lab.dashboard.intruder = ({ method, path }) => {
    const id = /^\/api\/jobs\/([^/]+)$/.exec(path)?.[1];
    if (method === 'GET' && id !== undefined && lab.dashboard.jobs.has(id)) void acts[next++]?.(id);
    return false;
  };
}

/** A trial as its node has it. */
function there(id: string, number: number, lines: readonly string[], checkpoint?: Buffer): void {
  const place = `latent-explorer/${id.replace(/-\d$/, '')}/s-t${number}/run`;
  const set = (name: string, content: string | Buffer): void =>
    void lab.dashboard.files.set(`${place}/${name}`, Buffer.from(content));
  set('config.json', JSON.stringify({ ...config(), name: 'run' }));
  set('metrics.jsonl', lines.map((line) => `${line}\n`).join(''));
  if (checkpoint) set('checkpoints/40.safetensors', checkpoint);
}

function say(id: string, trials: Record<string, [string, string, object]>): void {
  const attempt = /-(\d)$/.exec(id)?.[1] ?? '1';
  const all = Object.entries(trials).map(([name, [state, reason, values]]) => [
    name,
    { node: NODE, state, reason, values },
  ]);
  const file = `latent-explorer/${id.replace(/-\d$/, '')}/trials-${attempt}.json`;
  lab.dashboard.files.set(file, Buffer.from(JSON.stringify({ trials: Object.fromEntries(all) as object })));
}

const status = (id: string, state: 'RUNNING' | 'SUCCEEDED' | 'STOPPED'): void =>
  void (lab.dashboard.jobs.get(id)!.status = state);

test('trials come into runs of the sweep here, are ranked, and make the table that a sweep here makes', async () => {
  const checkpoint = await checkpointBytes(40);
  const first = [validation(5000, -90), validation(20_000, -80)];
  play(
    (id) => {
      status(id, 'RUNNING');
      there(id, 1, first.slice(0, 1));
      say(id, { 's-t1': ['training', '', { latent: '2' }] });
    },
    (id) => {
      there(id, 1, [...first, ended('finished', 40)], checkpoint);
      there(id, 2, [validation(5000, -95)], checkpoint);
      there(id, 3, [...first, ended('finished', 40)], checkpoint);
      say(id, {
        's-t1': ['finished', '', { latent: '2' }],
        's-t2': ['stopped', '', { latent: '3' }],
        's-t3': ['finished', '', { latent: '4' }],
        // Settings that are given here, or that nobody asked for, are not the cluster's to say.
        's-t4': ['failed', 'diverged: the bound was not finite after step 7', { latent: '99', hidden: '9' }],
      });
    },
    (id) => status(id, 'SUCCEEDED'),
  );
  const args = ['--set', 'latent=2,3,4,5', '--samples', '20000', '--stop', 'asha'];
  const { code, err, out } = await sweep(...args);
  expect([err, code]).toEqual(['', 0]);
  expect(out).toMatch(/to lab \(.*\), 4 trials, each on 2 CPUs and 0 GPUs:/);
  const view = await readSweepView(home());
  expect(view.state).toBe('finished');
  expect(
    view.trials.map(({ number, state, rank, bound, rungs }) => [number, state, rank, bound, rungs]),
  ).toEqual([
    [3, 'finished', 1, -80, 1],
    [1, 'finished', 2, -80, 1],
    [2, 'outranked', null, -95, 1],
    [4, 'failed', null, null, 0],
  ]);
  expect(view.trials[3]!.reason).toMatch(/^diverged/);
  expect(view.trials[3]!.values).toEqual({ latent: '5' });
  expect(await readFile(join(home(), 'trials.csv'), 'utf8')).toMatch(
    /^1,3,s-t3,finished,4,-80,20000,20,1,-97,/m,
  );
  expect(await readdir(run(1, 'checkpoints'))).toEqual(['40.safetensors']);
  expect(JSON.parse(await readFile(run(1, 'config.json'), 'utf8'))).toMatchObject({ name: 's-t1' });
  const [{ request }] = [...lab.dashboard.jobs.values()] as [FakeJob];
  expect(request).toMatchObject({ entrypoint_num_cpus: 0 });
  const plan = planOf(request.entrypoint);
  expect(plan).toMatchObject({
    ...{ search: 'grid', cpus: 2, retries: 2, stopping: { reduction: 4, rungs: [5000] } },
    trials: [2, 3, 4, 5].map((latent, i) => ({
      ...{ run: `s-t${i + 1}`, isDone: false },
      values: { latent: String(latent) },
    })),
  });
  expect(plan.script).toContain('"$(cd "$L" && pwd)/latent-explorer/');
  expect(plan.script).toMatch(/train --data 'digits:50' .* @SETTINGS@ '--engine' 'auto'/);
});

test('what is lost is submitted again without the trials that are done, from the checkpoints that are here', async () => {
  const checkpoint = await checkpointBytes(40);
  const begun = [validation(4000, -80)];
  const values = { 's-t1': { latent: '2' }, 's-t2': { latent: '3' } };
  play(
    (id) => {
      status(id, 'RUNNING');
      there(id, 1, [...begun, ended('finished', 40)], checkpoint);
      there(id, 2, begun, checkpoint);
      say(id, { 's-t1': ['finished', '', values['s-t1']], 's-t2': ['training', '', values['s-t2']] });
    },
    () => undefined,
    () => lab.dashboard.forget(),
  );
  const lost = await sweep('--set', 'latent=2,3', '--samples', '8000');
  expect([lost.code, lost.err]).toEqual([1, expect.stringMatching(/lost: lab does not know the job/)]);
  expect((await readSweepView(home())).state).toBe('interrupted');
  play(
    (id) => {
      status(id, 'RUNNING');
      there(id, 2, [
        ...begun,
        '{"type":"resumed","resumedFrom":40}',
        validation(8000, -70),
        ended('finished', 80),
      ]);
      say(id, { 's-t2': ['finished', '', values['s-t2']] });
    },
    (id) => status(id, 'SUCCEEDED'),
  );
  const again = await vae('sweep', '--continue', 's', '--yes');
  expect([again.err, again.code]).toEqual(['', 0]);
  const [[id, { request }]] = [...lab.dashboard.jobs.entries()] as [[string, FakeJob]];
  expect(id).toMatch(/-2$/);
  expect(planOf(request.entrypoint).trials.map(({ isDone }) => isDone)).toEqual([true, false]);
  const start = lab.dashboard.packages.get(request.runtime_env.py_modules![0]!.replace('gcs://', ''))!;
  expect(Object.keys(unzipSync(start)).sort()).toEqual([
    ...['s-t2/run/checkpoints/40.safetensors', 's-t2/run/config.json', 's-t2/run/metrics.jsonl'],
  ]);
  expect((await readSweepView(home())).trials.map(({ state }) => state)).toEqual(['finished', 'finished']);
});

test('a search on the cluster makes the values, which the table has', async () => {
  play(
    (id) => {
      status(id, 'RUNNING');
      there(id, 1, [validation(4000, -80), ended('finished', 40)]);
      say(id, { 's-t1': ['finished', '', { learningRate: '0.00123' }] });
    },
    (id) => status(id, 'SUCCEEDED'),
  );
  const range = ['--set', 'learningRate=1e-4..1e-2', '--samples', '4000', '--search', 'tpe', '--trials', '1'];
  const { code, err } = await sweep(...range);
  expect([err, code]).toEqual(['', 0]);
  expect((await readSweepView(home())).trials).toMatchObject([{ values: { learningRate: '0.00123' } }]);
  const [{ request }] = [...lab.dashboard.jobs.values()] as [FakeJob];
  expect(planOf(request.entrypoint)).toMatchObject({
    search: 'tpe',
    dimensions: [{ setting: 'learningRate', low: 1e-4, high: 1e-2, scale: 'log', whole: false }],
    trials: [{ run: 's-t1', values: {} }],
  });
  const here = await vae('sweep', '--data', 'digits:50', ...range);
  expect([here.code, here.err]).toEqual([2, expect.stringContaining('--search tpe: got no --on')]);
});

test('a request to stop reaches the cluster, and what is unfinished can be continued', async () => {
  lab.dashboard.onStop = (job, id) => {
    job.status = 'STOPPED';
    there(id, 1, [validation(4000, -80), ended('stopped', 40)]);
    say(id, { 's-t1': ['stopped', '', { latent: '2' }] });
  };
  play((id) => {
    status(id, 'RUNNING');
    there(id, 1, [validation(4000, -80)]);
    say(id, { 's-t1': ['training', '', { latent: '2' }] });
    return requestStop(home());
  });
  const { code, err } = await sweep('--set', 'latent=2,3', '--samples', '8000');
  expect([code, err]).toEqual([130, expect.stringContaining('asked lab to stop the trials at checkpoints')]);
  const view = await readSweepView(home());
  expect([view.state, ...view.trials.map(({ state }) => state)]).toEqual([
    'stopped',
    'interrupted',
    'waiting',
  ]);
  expect((await vae('sweep', 'stop', 's')).err).toMatch(/lab does not carry out this sweep/);
});
