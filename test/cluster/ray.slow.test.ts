/**
 * A real head of Ray on loopback: LATENT_EXPLORER_RAY names a `ray` program (`pip install "ray[default,tune,train]==2.60.0"`, and for ranks
 * `jax==0.10.2`). Skipped without it: its packages have 716 MB.
 */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionTo } from '../../src/cluster/connection';
import { readRemoteRun } from '../../src/runs/remote-run';
import { readSweepView } from '../../src/sweeps/sweep-view';
import { Cli, objects } from '../cli/support';
import { until } from '../support/eventually';

const program = process.env['LATENT_EXPLORER_RAY'];
const TOKEN = 'f3a9c1f0e2d3b4';

describe.skipIf(!program)('a head of Ray', () => {
  let cli: Cli;
  let folder: string;
  let address: string;
  let head: ChildProcess;
  let ports: readonly number[];

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PATH: `${dirname(program!)}${delimiter}${process.env['PATH']}`,
    ...{ RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: TOKEN, RAY_USAGE_STATS_ENABLED: '0' },
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
  });

  const vae = async (...args: string[]) => {
    const ended = await cli.run(args, { env: environment() });
    expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
    expect(ended.code, ended.stderr).toBe(0);
    return ended;
  };

  /** Starts a head; each start is a session of its own. */
  async function start(): Promise<void> {
    const [port, dashboard] = ports;
    // Its usual port may still be taken by a head that was killed a moment ago; without it no job is taken.
    const [agent] = await freePorts(1);
    head = spawn(
      program!,
      [
        ...['start', '--head', '--block', '--node-ip-address', '127.0.0.2', '--num-cpus', '2'],
        ...['--port', String(port), '--dashboard-host', '127.0.0.1', '--dashboard-port', String(dashboard)],
        ...['--dashboard-agent-listen-port', String(agent)],
        ...['--object-store-memory', '200000000', '--temp-dir', join(folder, 'r'), '--disable-usage-stats'],
      ],
      { env: environment(), stdio: 'ignore', detached: true },
    );
    const target = { name: 'x', kind: 'ray', address, cpus: 1, gpus: 0, pip: [], storage: null } as const;
    const { jobs } = connectionTo({ ...target, pip: [] }, TOKEN);
    await until(async () => {
      expect((await jobs.version()).ray_version).toMatch(/^2\./);
    });
    // The dashboard answers before the agent does that takes jobs.
    const id = `ready-${ports.join('-')}`;
    await until(() =>
      jobs.submit({
        ...{ submission_id: id, entrypoint: 'true', metadata: { digest: id } },
        ...{ runtime_env: { env_vars: {} }, entrypoint_num_cpus: 0, entrypoint_num_gpus: 0 },
      }),
    );
  }

  /** Kills the head with all that it has started: its processes have the folder of the session in their arguments or as theirs. */
  async function kill(): Promise<void> {
    head.kill('SIGKILL');
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const isOurs =
        Number(pid) !== process.pid &&
        (args.includes(join(folder, 'r')) || cwd.startsWith(join(folder, 'r')));
      if (isOurs) process.kill(Number(pid), 'SIGKILL');
    }
  }

  beforeAll(async () => {
    cli = await Cli.build();
    // A short path: sockets lie in it.
    folder = await mkdtemp(join(tmpdir(), 'ray-'));
    ports = await freePorts(2);
    address = `http://127.0.0.1:${ports[1]}`;
    await start();
    await vae('cluster', 'add', 'here', address, '--no-pip');
  });
  afterAll(async () => {
    await kill();
    await cli.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const run = (name: string): string => cli.path('.vae', 'runs', name);
  const submit = (name: string, ...args: string[]) =>
    vae(
      ...[
        'submit',
        '--on',
        'here',
        '--data',
        'digits:200',
        '--set',
        'hidden=16',
        '--run',
        run(name),
        '--yes',
        ...args,
      ],
    );
  const long = ['--samples', '1e9', '--set', 'patience=0', '--set', 'checkpointEvery=50'];

  test('can be used, and says so', async () => {
    const { stdout } = await vae('cluster', 'check', 'here', '--job', '--json');
    expect(objects(stdout)).toEqual([
      expect.objectContaining({ type: 'check', job: expect.objectContaining({ problem: '' }) as unknown }),
    ]);
  });

  test('trains what is trained here, to the byte of the curve', async () => {
    // Else it is measured how often a checkpoint is due.
    const often = ['--set', 'checkpointEvery=20'];
    const settings = ['--samples', '4000', '--engine', 'onnx', '--threads', '1', ...often];
    await submit('there', ...settings);
    await vae('follow', run('there'));
    const here = ['train', '--data', 'digits:200', '--set', 'hidden=16', '--run', run('here'), ...settings];
    await vae(...here);
    // Seconds differ.
    const curve = async (name: string): Promise<string> =>
      (await readFile(join(run(name), 'metrics.jsonl'), 'utf8')).replaceAll(/"seconds":[^,]+,/g, '');
    expect(await curve('there')).toBe(await curve('here'));
    expect(await readdir(join(run('there'), 'checkpoints'))).toEqual(
      await readdir(join(run('here'), 'checkpoints')),
    );
  });

  test('stops a run at a checkpoint, resumes it, and loses it with its head: it goes on all the same', async () => {
    await submit('long', ...long);
    const follow = cli.start(['follow', run('long')], { env: environment() });
    const checkpoints = (): Promise<string[]> => readdir(join(run('long'), 'checkpoints')).catch(() => []);
    await until(async () => {
      expect(await checkpoints()).not.toEqual([]);
    });
    await vae('stop', run('long'));
    expect(await new Promise((resolve) => follow.once('close', resolve))).toBe(0);
    expect(await readFile(join(run('long'), 'metrics.jsonl'), 'utf8')).toMatch(/"state":"stopped"[^\n]*\n$/);

    await vae('resume', run('long'), '--yes');
    const again = cli.start(['follow', '--resubmit', run('long')], { env: environment() });
    const lines = async (): Promise<string> => readFile(join(run('long'), 'metrics.jsonl'), 'utf8');
    await until(async () => {
      expect((await lines()).split('"resumed"').length).toBe(2);
    });
    await until(async () => {
      expect((await lines()).split('"resumed"')[1]).toContain('validation');
    });
    await kill();
    await start();
    await until(async () => {
      expect((await lines()).split('"resumed"').length).toBe(3);
    });
    expect(await readRemoteRun(run('long'))).toMatchObject({ attempt: 3, retries: 1 });
    await vae('stop', run('long'));
    await new Promise((resolve) => (again.exitCode === null ? again.once('close', resolve) : resolve(null)));
  });

  /** Kills a process of a job, once there is one whose arguments match. */
  const killOf = (pattern: RegExp): Promise<void> =>
    until(async () => {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
        const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
        if (pattern.test(args) && cwd.startsWith(join(folder, 'r')))
          return void process.kill(Number(pid), 'SIGKILL');
      }
      expect.fail(`no process ${pattern} yet`);
    });

  const tool = (...args: string[]): Promise<boolean> =>
    promisify(execFile)(join(dirname(program!), 'python'), args).then(
      () => true,
      () => false,
    );

  test('a sweep of four trials, of which one is killed, is the one that is carried out here', async () => {
    const set = ['--set', 'learningRate=1e-3,3e-4', '--set', 'latent=2,3', '--set', 'hidden=16'];
    const settings = [
      ...set,
      '--set',
      'patience=0',
      '--samples',
      '60000',
      '--engine',
      'onnx',
      '--limit',
      '20',
    ];
    const sweep = [
      'sweep',
      '--data',
      'digits:200',
      '--importance',
      '5',
      ...settings,
      '--set',
      'checkpointEvery=50',
    ];
    const there = vae(...sweep, '--on', 'here', '--yes', '--name', 'there');
    const trials = [1, 2, 3, 4].map((number) => `there-t${number}`);
    // One that has a checkpoint to go on from.
    let killed = '';
    await until(async () => {
      for (const trial of trials) {
        const curve = await readFile(join(run(trial), 'metrics.jsonl'), 'utf8').catch(() => '');
        if (curve.includes('validation') && !curve.includes('"ended"')) return void (killed = trial);
      }
      expect.fail('no trial is being trained');
    });
    await killOf(new RegExp(`^\\S*node engine/vae\\.cjs train .*${killed}/run`));
    await there;
    await vae(...sweep, '--name', 'here', '--threads', '1');
    const view = (name: string) => readSweepView(cli.path('.vae', 'sweeps', name));
    const [got, expected] = [await view('there'), await view('here')];
    const bounds = ({ trials }: typeof got) =>
      trials.map(({ number, state, values, rank, bound, samples }) => ({
        number,
        state,
        values,
        rank,
        bound,
        samples,
      }));
    expect(bounds(got)).toEqual(bounds(expected));
    const curves = await Promise.all(
      got.trials.map(({ run: name }) => readFile(join(run(name), 'metrics.jsonl'), 'utf8')),
    );
    expect(curves.filter((curve) => curve.includes('"resumed"'))).toHaveLength(1);
  });

  test('two ranks, of which one is killed, train what one process trains', async ({ skip }) => {
    if (!(await tool('-c', 'import jax, ray.train')))
      skip('JAX is not in the environment of LATENT_EXPLORER_RAY');
    const often = ['--set', 'checkpointEvery=50', '--set', 'patience=0'];
    const settings = ['--samples', '60000', '--engine', 'jax', '--threads', '1', ...often];
    await submit('ranks', ...settings, '--workers', '2');
    const follow = cli.start(['follow', run('ranks')], { env: environment() });
    const curve = (name: string): Promise<string> => readFile(join(run(name), 'metrics.jsonl'), 'utf8');
    await until(async () => {
      expect(await curve('ranks')).toContain('validation');
    });
    await killOf(/^\S*node engine\/vae\.cjs train-rank /);
    await new Promise((resolve) =>
      follow.exitCode === null ? follow.once('close', resolve) : resolve(null),
    );
    const alone = { ...environment(), LATENT_EXPLORER_JAX_PYTHON: join(dirname(program!), 'python') };
    const args = ['train', '--data', 'digits:200', '--set', 'hidden=16', '--run', run('alone'), ...settings];
    expect((await cli.run(args, { env: alone })).code).toBe(0);
    const bounds = async (name: string): Promise<Map<string, number>> =>
      new Map(
        objects(await curve(name))
          .filter(({ elbo }) => typeof elbo === 'number')
          .map(({ type, step, elbo }) => [`${String(type)} ${String(step)}`, Number(elbo)]),
      );
    const [got, expected] = [await bounds('ranks'), await bounds('alone')];
    expect(await curve('ranks')).toMatch(/"resumed".*"state":"finished"/s);
    expect([...got.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [row, bound] of expected) expect(Math.abs(got.get(row)! - bound), row).toBeLessThan(1e-3);
  });

  test('never writes the token into its files', async () => {
    await writeFile(join(folder, 'token'), TOKEN);
    const found = await promisify(execFile)('grep', ['-rlF', TOKEN, folder, cli.cwd]).catch(() => ({
      stdout: '',
    }));
    expect(found.stdout.trim().split('\n')).toEqual([join(folder, 'token')]);
  });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
