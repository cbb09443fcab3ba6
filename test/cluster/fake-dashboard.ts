import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RayJobRequest } from '../../src/cluster/ray/jobs';

/** What Ray 2.60.0 answers, as recorded from it. */
export const RECORDED = {
  unauthorised: 'Unauthorized: Missing authentication token',
  forbidden: 'Forbidden: Invalid authentication token',
  browser: "'POST' method not allowed for browser traffic.",
  duplicate: (id: string) =>
    `Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/ray/dashboard/modules/job/job_head.py", line 410, in submit_job
    resp = await job_agent_client.submit_job_internal(submit_request)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/venv/lib/python3.11/site-packages/ray/dashboard/modules/job/job_manager.py", line 553, in submit_job
    raise ValueError(
ValueError: Job with submission_id ${id} already exists. Please use a different submission_id.
.`,
  noJob: (id: string) => `Job ${id} does not exist`,
  noPackage: (name: string) => `Package gcs://${name} does not exist`,
  noFile: (name: string) => `A file is not found at: /tmp/ray/session_x/logs/${name}`,
  page: '<!DOCTYPE html><html><head><title>Sign in</title></head></html>',
} as const;

export const NODE = '148ebb082301461a5f5f9857a6c6e415e9d444c81630bc9eba783467';

export interface FakeJob {
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  readonly request: RayJobRequest;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers a request in place of Ray; false to leave it to what Ray does. */
type Intruder = (asked: Asked, response: ServerResponse) => boolean;

/** Ray's dashboard as its client sees it, in this process: jobs that nobody runs, packages, and files of logs that a test writes. */
export class FakeDashboard {
  session = 'session_1';
  /** The API's version and that of Ray. */
  version = '4';
  readonly jobs = new Map<string, FakeJob>();
  readonly packages = new Map<string, Buffer>();
  /** By name below the folder of logs. */
  readonly files = new Map<string, Buffer>();
  /** Bytes of all answers so far, without their headers. */
  sent = 0;
  /** All requests so far. */
  readonly asked: Asked[] = [];
  /** Stands between the client and Ray. */
  intruder: Intruder = () => false;
  /** What stopping does. */
  onStop: (job: FakeJob, id: string) => void = (job) => (job.status = 'STOPPED');

  private constructor(
    private readonly server: Server,
    readonly token: string | null,
  ) {}

  static async start(token: string | null = null, port = 0): Promise<FakeDashboard> {
    const server = createServer();
    const dashboard = new FakeDashboard(server, token);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => dashboard.answer(request, Buffer.concat(parts), response));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return dashboard;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** As after `kill -9` of the head and another start: all is forgotten. */
  forget(): void {
    this.session = `${this.session}_again`;
    this.jobs.clear();
    this.packages.clear();
    this.files.clear();
  }

  private answer(
    { method = '', url = '', headers }: IncomingMessage,
    body: Buffer,
    to: ServerResponse,
  ): void {
    const asked = { method, path: url, headers, body };
    this.asked.push(asked);
    if (this.intruder(asked, to)) return;
    const say = (status: number, answer: string | Buffer | object, type = 'text/plain'): void => {
      const isText = typeof answer === 'string' || Buffer.isBuffer(answer);
      to.writeHead(status, { 'content-type': isText ? type : 'application/json' });
      const text = isText ? answer : JSON.stringify(answer);
      this.sent += Buffer.byteLength(text);
      to.end(text);
    };
    if (method !== 'GET' && headers['sec-fetch-mode'] !== undefined) return say(405, RECORDED.browser);
    const given = headers['x-ray-authorization'] ?? headers.authorization;
    if (this.token !== null && given === undefined) return say(401, RECORDED.unauthorised);
    if (this.token !== null && given !== `Bearer ${this.token}`) return say(403, RECORDED.forbidden);
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const [, , kind = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const name = searchParams.get('filename') ?? '';
    switch (`${method} ${kind}`) {
      case 'GET version':
        return say(200, {
          ...{ version: this.version, ray_version: '2.60.0', ray_commit: 'b7f4259' },
          session_name: this.session,
        });
      case 'POST jobs':
        return rest[1] === 'stop' ? this.stop(rest[0]!, say) : this.submit(body, say);
      case 'GET jobs': {
        const job = this.jobs.get(rest[0] ?? '');
        if (job === undefined) return say(404, RECORDED.noJob(rest[0] ?? ''));
        const { status, message, request } = job;
        const hasBegun = status !== 'PENDING';
        return say(200, {
          ...{ type: 'SUBMISSION', job_id: null, submission_id: rest[0], driver_info: null, status, message },
          ...{ metadata: request.metadata, runtime_env: request.runtime_env, error_type: null },
          ...{
            entrypoint: request.entrypoint,
            driver_node_id: hasBegun ? NODE : null,
            driver_exit_code: null,
          },
        });
      }
      case 'GET packages':
        if (this.packages.has(rest[1]!)) return say(200, '');
        return say(404, RECORDED.noPackage(rest[1]!));
      case 'PUT packages':
        this.packages.set(rest[1]!, body);
        return say(200, '');
      case 'GET cluster_status':
        return say(200, {
          result: true,
          data: {
            clusterStatus: { loadMetricsReport: { usage: { CPU: [1, 2], memory: [0, 23386394112] } } },
          },
        });
      case 'GET v0': {
        if (rest[0] === 'nodes') {
          const node = { node_id: NODE, is_head_node: true, state: 'ALIVE', resources_total: { CPU: 2 } };
          const dead = { ...node, node_id: 'ff', is_head_node: false, state: 'DEAD' };
          return say(200, { result: true, data: { result: { total: 2, result: [node, dead] } } });
        }
        if (rest[1] !== 'file') return say(200, this.list(searchParams.get('glob') ?? ''));
        const file = this.files.get(name);
        if (file === undefined) return say(500, RECORDED.noFile(name));
        return say(200, tailOf(file, Number(searchParams.get('lines'))), 'application/octet-stream');
      }
      default:
        return say(404, '404: Not Found');
    }
  }

  private submit(body: Buffer, say: (status: number, answer: string | object) => void): void {
    const request = JSON.parse(body.toString()) as RayJobRequest;
    const { submission_id: id } = request;
    if (this.jobs.has(id)) return say(500, RECORDED.duplicate(id));
    this.jobs.set(id, { status: 'PENDING', message: 'Job has not started yet.', request });
    say(200, { job_id: id, submission_id: id });
  }

  private stop(id: string, say: (status: number, answer: string | object) => void): void {
    const job = this.jobs.get(id);
    if (job === undefined) return say(404, RECORDED.noJob(id));
    const isActive = job.status === 'PENDING' || job.status === 'RUNNING';
    if (isActive) this.onStop(job, id);
    say(200, { stopped: isActive });
  }

  private list(glob: string): object {
    const pattern = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
    const names = [...this.files.keys()].filter((name) => pattern.test(name));
    return { result: true, msg: '', data: { result: names.length === 0 ? {} : { internal: names } } };
  }
}

/** As Ray does: the last lines, of which the very last may not be whole. */
function tailOf(file: Buffer, lines: number): Buffer {
  if (lines < 0) return file;
  let start = file.length;
  // The last line may have no line break yet.
  for (let i = 0; i < lines && start > 0; i++) start = file.lastIndexOf(0x0a, start - 2) + 1;
  return file.subarray(start);
}
