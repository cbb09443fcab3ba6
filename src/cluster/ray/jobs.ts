import { createHash } from 'node:crypto';
import * as z from 'zod';
import { NotFoundError, NotRayError, RefusedError, UnreachableError } from './errors';
import type { Call, CallOptions } from './http';

/** Ray's own limit of what is sent at once, in bytes. */
export const MAX_PACKAGE_BYTES = 100 << 20;
const UPLOAD_TIMEOUT_MS = 600_000;

const text = z.string().max(100_000);

const versionSchema = z.object({
  /** Of the API. */
  version: text,
  ray_version: text,
  /** Another one after the cluster's head was started again, by which it has forgotten all jobs and packages. */
  session_name: z.string().max(1000).default(''),
});
export type RayVersion = z.infer<typeof versionSchema>;

const JOB_STATES = ['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED'] as const;
const jobSchema = z.object({
  status: z.enum(JOB_STATES),
  message: text.nullish().transform((message) => message ?? ''),
  metadata: z
    .record(z.string(), z.string())
    .nullish()
    .transform((metadata) => metadata ?? {}),
  /** The node that the job's own process runs on; null before it does. */
  driver_node_id: z
    .string()
    .regex(/^[0-9a-f]{1,100}$/)
    .nullish()
    .transform((id) => id ?? null),
});
export type RayJob = z.infer<typeof jobSchema>;

/** Whether a job has come to an end, whatever that is. */
export const hasJobEnded = ({ status }: RayJob): boolean => status !== 'PENDING' && status !== 'RUNNING';

const resources = z.record(z.string(), z.number());
const nodesSchema = z.object({
  data: z.object({
    result: z.object({
      result: z.array(z.object({ state: z.string(), is_head_node: z.boolean(), resources_total: resources })),
    }),
  }),
});

const statusSchema = z.object({
  data: z.object({
    clusterStatus: z.object({
      loadMetricsReport: z.object({ usage: z.record(z.string(), z.tuple([z.number(), z.number()])) }),
    }),
  }),
});

/** What a cluster has: of each resource, what is used and what there is. */
export interface RayResources {
  readonly nodes: number;
  readonly cpus: { readonly used: number; readonly total: number };
  readonly gpus: { readonly used: number; readonly total: number };
}

/** A job to submit, as Ray's REST API takes it. */
export interface RayJobRequest {
  /** Chosen by us: a job of this id that is there already is the one that was meant. */
  readonly submission_id: string;
  /** A command of the shell. */
  readonly entrypoint: string;
  readonly metadata: Readonly<Record<string, string>> & {
    /** Tells a job of this id from another one. */
    readonly digest: string;
  };
  readonly runtime_env: {
    readonly working_dir?: string;
    readonly py_modules?: readonly string[];
    readonly pip?: readonly string[];
    readonly env_vars: Readonly<Record<string, string>>;
  };
  readonly entrypoint_num_cpus: number;
  readonly entrypoint_num_gpus: number;
}

/** Ray's Jobs API. Ids and names are put into paths escaped. */
export class RayJobs {
  constructor(
    private readonly call: Call,
    private readonly host: string,
  ) {}

  version(signal?: AbortSignal): Promise<RayVersion> {
    return this.json(versionSchema, '/api/version', { signal });
  }

  /** @throws NotFoundError if Ray does not know the job */
  job(id: string): Promise<RayJob> {
    return this.json(jobSchema, `/api/jobs/${encodeURIComponent(id)}`);
  }

  /** Asks a job to stop: its process gets SIGTERM. One that has ended is left as it is. */
  async stop(id: string): Promise<void> {
    await this.call('POST', `/api/jobs/${encodeURIComponent(id)}/stop`, { body: {} });
  }

  /**
   * Submits a job once, however often this is called: Ray refuses a second one of the same id, and the answer to the first may be lost.
   * @throws RefusedError if another job has this id
   */
  async submit(job: RayJobRequest): Promise<void> {
    try {
      await this.call('POST', '/api/jobs/', { body: job });
    } catch (error) {
      if (!(error instanceof RefusedError) && !(error instanceof UnreachableError)) throw error;
      const there = await this.job(job.submission_id).catch(() => null);
      if (there === null) throw error;
      const { digest = '' } = there.metadata;
      if (digest === job.metadata.digest) return;
      throw new RefusedError(
        this.host,
        409,
        `another job has the id ${job.submission_id}: its digest is '${digest.slice(0, 64)}', expected ${job.metadata.digest}`,
      );
    }
  }

  /** Sends a package, unless it is there: its name says what is in it. @returns its URI, and whether it was sent */
  async upload({
    name,
    read,
  }: {
    readonly name: string;
    /** Called if it is sent. */
    readonly read: () => Promise<Uint8Array>;
  }): Promise<{ readonly uri: string; readonly wasSent: boolean }> {
    const path = `/api/packages/gcs/${name}`;
    const uri = `gcs://${name}`;
    try {
      await this.call('GET', path);
      return { uri, wasSent: false };
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
    await this.call('PUT', path, { body: await read(), timeoutMs: UPLOAD_TIMEOUT_MS });
    return { uri, wasSent: true };
  }

  async resources(): Promise<RayResources> {
    const nodes = await this.json(nodesSchema, '/api/v0/nodes');
    const status = await this.json(statusSchema, '/api/cluster_status');
    const { usage } = status.data.clusterStatus.loadMetricsReport;
    const of = (name: string) => ({ used: usage[name]?.[0] ?? 0, total: usage[name]?.[1] ?? 0 });
    const alive = nodes.data.result.result.filter(({ state }) => state === 'ALIVE');
    return { nodes: alive.length, cpus: of('CPU'), gpus: of('GPU') };
  }

  private async json<T>(schema: z.ZodType<T>, path: string, options?: CallOptions): Promise<T> {
    return parsed(schema, await this.call('GET', path, options), this.host);
  }
}

/** Parses an answer. @throws NotRayError if Ray would not answer this */
export function parsed<T>(schema: z.ZodType<T>, bytes: Buffer, host: string): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new NotRayError(host, 'it answered with something other than JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path = [], message = '' } = result.error.issues[0] ?? {};
  throw new NotRayError(host, `its answer lacks what Ray answers (${path.join('.')}: ${message})`);
}

/** Returns the name that Ray's packages of these bytes have: it is up to whoever sends one. */
export function packageName(bytes: Uint8Array): string {
  return `_ray_pkg_${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.zip`;
}
