import { constants } from 'node:buffer';
import { inspect } from 'node:util';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { ClusterError } from '../../../src/cluster/ray/errors';
import type { ClusterProblem } from '../../../src/cluster/ray/errors';
import { RayFiles } from '../../../src/cluster/ray/files';
import { rayCaller } from '../../../src/cluster/ray/http';
import { packageOf } from '../../../src/cluster/package';
import { RayJobs } from '../../../src/cluster/ray/jobs';
import type { RayJobRequest } from '../../../src/cluster/ray/jobs';
import { FakeDashboard, NODE, RECORDED } from '../fake-dashboard';

const TOKEN = 'a9c1f0e2d3b4-secret';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function started(token: string | null = null): Promise<FakeDashboard> {
  const dashboard = await FakeDashboard.start(token);
  open.push(dashboard);
  return dashboard;
}

const jobsOf = ({ address }: FakeDashboard, token: string | null = null): RayJobs =>
  new RayJobs(rayCaller(address, token), new URL(address).host);
const filesOf = ({ address }: FakeDashboard): RayFiles =>
  new RayFiles(rayCaller(address, null), new URL(address).host);

const request = (id: string, digest: string): RayJobRequest => ({
  submission_id: id,
  entrypoint: 'true',
  metadata: { digest },
  runtime_env: { working_dir: 'gcs://_ray_pkg_0.zip', env_vars: {} },
  entrypoint_num_cpus: 1,
  entrypoint_num_gpus: 0,
});

/** Returns the error that a call ends with. */
async function failure(call: Promise<unknown>): Promise<ClusterError> {
  const error = await call.then(
    () => expect.fail('expected an error'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterError);
  return error as ClusterError;
}

/** A dashboard that answers everything in the same way. */
async function answering(answer: (response: ServerResponse) => void): Promise<RayJobs> {
  const dashboard = await started();
  dashboard.intruder = (_, response) => {
    answer(response);
    return true;
  };
  return jobsOf(dashboard, TOKEN);
}

test('both headers carry the token, and none is sent without one', async () => {
  const dashboard = await started(TOKEN);
  expect((await jobsOf(dashboard, TOKEN).version()).ray_version).toBe('2.60.0');
  const [{ headers }] = dashboard.asked as [FakeDashboard['asked'][0]];
  expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(headers['x-ray-authorization']).toBe(`Bearer ${TOKEN}`);
  expect(headers['sec-fetch-mode']).toBeUndefined();
  const none = await failure(jobsOf(dashboard).version());
  expect(none.message).toContain('wants a token, and none was found');
  expect(dashboard.asked[1]!.headers.authorization).toBeUndefined();
  const wrong = await failure(jobsOf(dashboard, 'wrong').version());
  expect([none.problem, wrong.problem]).toEqual(['unauthorised', 'unauthorised']);
  expect(wrong.message).toContain('does not accept this token');
});

describe('what is no dashboard', () => {
  test.each<[string, (response: ServerResponse) => void, ClusterProblem, RegExp]>([
    ['405', (to) => to.writeHead(405).end(RECORDED.browser), 'not-ray', /405/],
    ['a page', (to) => to.writeHead(200).end(RECORDED.page), 'not-ray', /other than JSON/],
    ['a page of an error', (to) => to.writeHead(404).end(RECORDED.page), 'not-ray', /404 with a web page/],
    [
      'a redirect, which is not followed',
      (to) => to.writeHead(302, { location: `https://sign.in/?next=${TOKEN}` }).end(),
      'not-ray',
      /redirects to https:\/\/sign\.in\/\?next=\(token\)/,
    ],
    ['JSON of another service', (to) => to.end('{"version": 1}'), 'not-ray', /lacks what Ray answers/],
    [
      'an answer that is cut off',
      (to) => to.writeHead(200, { 'content-length': 9 }).write('{"v', () => to.destroy()),
      'unreachable',
      /was not reached/,
    ],
  ])('%s', async (_, answer, problem, message) => {
    const error = await failure((await answering(answer)).version());
    expect(error.problem).toBe(problem);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(TOKEN);
  });

  test('a server that does not speak HTTP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume().end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const { port } = server.address() as AddressInfo;
    const call = rayCaller(`http://127.0.0.1:${port}`, null);
    expect((await failure(call('GET', '/api/version'))).problem).toBe('not-ray');
  });

  test('an address where nothing listens', async () => {
    const dashboard = await FakeDashboard.start();
    const jobs = jobsOf(dashboard);
    await dashboard.close();
    const error = await failure(jobs.version());
    expect(error.problem).toBe('unreachable');
    expect(error.message).toMatch(/nothing listens there.*tunnel/);
  });
});

test('a slow and an endless answer end, and so does a call that is given up', async () => {
  const dashboard = await started();
  dashboard.intruder = (_, to) => {
    to.writeHead(200).write('x');
    return true;
  };
  const call = rayCaller(dashboard.address, null);
  expect((await failure(call('GET', '/a', { timeoutMs: 50 }))).message).toMatch(
    /no whole answer came in 0.05 s/,
  );
  const controller = new AbortController();
  const given = call('GET', '/a', { signal: controller.signal });
  controller.abort(new Error('given up'));
  await expect(given).rejects.toThrow('given up');
  dashboard.intruder = (_, to) => {
    const piece = Buffer.alloc(1 << 16, 'x');
    const more = (): void => void (to.writable && to.write(piece, () => setImmediate(more)));
    more();
    return true;
  };
  const error = await failure(call('GET', '/a', { maxBytes: 1 << 20 }));
  expect(error.problem).toBe('too-large');
});

describe('submission', () => {
  test('happens once, however often it is asked for', async () => {
    const dashboard = await started();
    const jobs = jobsOf(dashboard);
    await Promise.all([1, 2, 3].map(() => jobs.submit(request('run-1', 'a'))));
    expect([...dashboard.jobs.keys()]).toEqual(['run-1']);
    expect(await jobs.job('run-1')).toMatchObject({ status: 'PENDING', driver_node_id: null });
  });

  test('of another job under the same id is refused, with both named', async () => {
    const dashboard = await started();
    const jobs = jobsOf(dashboard);
    await jobs.submit(request('run-1', 'aaaa'));
    const error = await failure(jobs.submit(request('run-1', 'bbbb')));
    expect(error.problem).toBe('refused');
    expect(error.message).toMatch(/another job has the id run-1.*'aaaa'.*bbbb/);
  });

  test('succeeds if the answer alone was lost', async () => {
    const dashboard = await started();
    dashboard.intruder = ({ method, body }, to) => {
      if (method !== 'POST') return false;
      const job = JSON.parse(body.toString()) as RayJobRequest;
      dashboard.jobs.set(job.submission_id, { status: 'PENDING', message: '', request: job });
      to.destroy();
      return true;
    };
    await jobsOf(dashboard).submit(request('run-1', 'a'));
    expect(dashboard.jobs.size).toBe(1);
  });

  test('fails with the last error of a traceback, in a line', async () => {
    const jobs = await answering((to) =>
      to.writeHead(500).end(`Traceback:\n  File "x"\nRuntimeError: no\u001b[31m room ${TOKEN}\n`),
    );
    const error = await failure(jobs.submit(request('run-1', 'a')));
    expect(error.message).toMatch(/refused with 500: RuntimeError: no\\u\{1b\}\[31m room \(token\)$/);
  });
});

test('a job that was forgotten is told from one that there is', async () => {
  const dashboard = await started();
  const jobs = jobsOf(dashboard);
  await jobs.submit(request('run-1', 'a'));
  const before = await jobs.version();
  dashboard.forget();
  expect((await failure(jobs.job('run-1'))).problem).toBe('not-found');
  expect((await jobs.version()).session_name).not.toBe(before.session_name);
});

test('a package is sent once, and names lead nowhere else', async () => {
  const dashboard = await started();
  const jobs = jobsOf(dashboard);
  const zip = packageOf('engine', Buffer.from('zip'));
  const first = await jobs.upload(zip);
  // `printf zip | sha256sum`
  expect(first).toEqual({ uri: 'gcs://_ray_pkg_4a70fe9aa6436e02c2dea340fbd1e352.zip', wasSent: true });
  expect(await jobs.upload(zip)).toEqual({ ...first, wasSent: false });
  await failure(jobs.job('../../packages/gcs/x'));
  expect(dashboard.asked.at(-1)!.path).toBe('/api/jobs/..%2F..%2Fpackages%2Fgcs%2Fx');
});

test('what a cluster has: dead nodes do not count', async () => {
  const expected = { nodes: 1, cpus: { used: 1, total: 2 }, gpus: { used: 0, total: 0 } };
  expect(await jobsOf(await started()).resources()).toEqual(expected);
});

describe('files', () => {
  const NAME = 'latent-explorer/run-1/run/metrics.jsonl';
  const lines = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => `{"step":${from + i}}`);

  test('are read byte for byte; a missing one is null', async () => {
    const dashboard = await started();
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
    dashboard.files.set('a.bin', bytes);
    expect(await filesOf(dashboard).read(NODE, 'a.bin', 512)).toEqual(bytes);
    expect((await failure(filesOf(dashboard).read(NODE, 'a.bin', 511))).problem).toBe('too-large');
    expect(await filesOf(dashboard).read(NODE, 'b.bin', 512)).toBeNull();
    expect(await filesOf(dashboard).list(NODE, '*.bin')).toEqual(['a.bin']);
    expect(await filesOf(dashboard).list(NODE, '*.txt')).toEqual([]);
  });

  test('that grow are followed by their end, without the torn line there', async () => {
    const dashboard = await started();
    const files = filesOf(dashboard);
    const after = (known: readonly string[], count: number) => files.linesAfter(NODE, NAME, known, count);
    expect(await after([], 0)).toEqual([]);
    dashboard.files.set(NAME, Buffer.from(`${lines(0, 300).join('\n')}\n{"step":30`));
    expect(await after([], 0)).toEqual(lines(0, 300));
    expect(await after(lines(280, 290), 290)).toEqual(lines(290, 300));
    expect(dashboard.asked.at(-1)!.path).toContain('lines=30');
    expect(await after(lines(200, 210), 210)).toEqual(lines(210, 300));
    expect(dashboard.asked.at(-1)!.path).toContain('lines=200');
    // The end does not reach back so far.
    expect(await after(lines(5, 10), 10)).toEqual(lines(10, 300));
    expect(await after(lines(290, 300), 300)).toEqual([]);
    expect(await after(['{"step":-1}'], 1)).toBeNull();
    expect(await after(lines(290, 301), 301)).toBeNull();
  });

  test('never have more bytes than a text may have', async () => {
    const limits: number[] = [];
    const files = new RayFiles((_method, path, { maxBytes = 0 } = {}) => {
      limits.push(maxBytes);
      const wanted = Number(/lines=(\d+)/.exec(path)?.[1] ?? 300);
      return Promise.resolve(Buffer.from(`${lines(300 - wanted, 300).join('\n')}\n`));
    }, 'host');
    expect(await files.linesAfter(NODE, NAME, lines(5, 10), 10)).toEqual(lines(10, 300));
    expect(limits).toHaveLength(3);
    for (const limit of limits) expect(limit).toBeLessThan(constants.MAX_STRING_LENGTH);
  });

  test('may have a line twice', async () => {
    const dashboard = await started();
    dashboard.files.set(NAME, Buffer.from('{"a":1}\n{"b":1}\n{"b":1}\n{"b":1}\n{"c":1}\n'));
    const after = (known: readonly string[], count: number) =>
      filesOf(dashboard).linesAfter(NODE, NAME, known, count);
    expect(await after(['{"a":1}', '{"b":1}'], 2)).toEqual(['{"b":1}', '{"b":1}', '{"c":1}']);
    expect(await after(['{"b":1}', '{"b":1}'], 4)).toEqual(['{"c":1}']);
    expect(await after(['{"b":1}', '{"b":1}'], 3)).toEqual(['{"b":1}', '{"c":1}']);
  });
});

test('nothing that can be printed shows the token', async () => {
  const dashboard = await started(TOKEN);
  const jobs = jobsOf(dashboard, TOKEN);
  const error = await failure(jobs.job('nope'));
  const texts = [jobs, error, { jobs }].map((each) => inspect(each, { depth: 10, showHidden: true }));
  expect([...texts, JSON.stringify(jobs), String(error.stack)].join('\n')).not.toContain(TOKEN);
  expect(dashboard.asked.map(({ path }) => path).join('\n')).not.toContain(TOKEN);
});
