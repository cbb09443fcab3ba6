import { createHash } from 'node:crypto';
import { PRODUCT } from './product';
import { ClusterError } from './ray/errors';
import { MAX_PACKAGE_BYTES } from './ray/jobs';
import type { RayJobRequest } from './ray/jobs';
import { uriOf } from './package';
import type { Package } from './package';

/** How long a job may take to stop at a checkpoint before Ray kills it, in s. */
const STOP_SECONDS = 60;
/** Of every job. */
const JOB_ENVIRONMENT = {
  RAY_JOB_STOP_WAIT_TIME_S: String(STOP_SECONDS),
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

interface Job {
  readonly id: string;
  /** A command of the shell. */
  readonly script: string;
  /** What the job is for: the identifier of a run or of a sweep. */
  readonly run: string;
  readonly pip: readonly string[];
  readonly engine: Package;
  /** Empty if none are sent. */
  readonly images: readonly Package[];
  /** What a run goes on from; null if nothing is sent. */
  readonly start: Package | null;
  /** Variables beside those of every job. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Of the job's own process. */
  readonly cpus: number;
  readonly gpus: number;
}

/**
 * Returns what Ray is asked for, its digest, and what has to be sent before.
 * @throws ClusterError if a package is larger than Ray takes at once
 */
export function jobRequest(job: Job): {
  readonly request: RayJobRequest;
  readonly digest: string;
  readonly packages: readonly Package[];
} {
  const { id, script, run, pip, engine, images, start, environment, cpus, gpus } = job;
  const others = [...images, ...(start === null ? [] : [start])];
  const request = {
    ...{ submission_id: id, entrypoint: script },
    runtime_env: {
      working_dir: uriOf(engine),
      ...(others.length > 0 && { py_modules: others.map(uriOf) }),
      ...(pip.length > 0 && { pip }),
      env_vars: { ...JOB_ENVIRONMENT, ...environment },
    },
    ...{ entrypoint_num_cpus: cpus, entrypoint_num_gpus: gpus },
  };
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const packages = [engine, ...others];
  requireSmall(packages);
  return { request: { ...request, metadata: { product: PRODUCT, run, digest } }, digest, packages };
}

function requireSmall(packages: readonly Package[]): void {
  for (const { what, bytes } of packages)
    if (bytes > MAX_PACKAGE_BYTES)
      throw new ClusterError(
        'refused',
        `the ${what} would be ${bytes} bytes in one piece, and Ray takes ${MAX_PACKAGE_BYTES}: name a folder that all nodes see as the cluster's --storage, or images that lie there by --data-on-cluster`,
      );
}
