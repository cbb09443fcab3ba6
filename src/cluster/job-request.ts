import { createHash } from 'node:crypto';
import { PRODUCT } from './product';
import { ClusterError } from './ray/errors';
import { packageName, MAX_PACKAGE_BYTES } from './ray/jobs';
import type { RayJobRequest } from './ray/jobs';

/** Files that are sent before a job, in one piece each. */
export type Packages = readonly {
  readonly what: 'engine' | 'images' | 'start';
  readonly bytes: Uint8Array;
}[];

/** How long a job may take to stop at a checkpoint before Ray kills it, in s. */
const STOP_SECONDS = 60;
/** Of every job. */
const JOB_ENVIRONMENT = {
  RAY_JOB_STOP_WAIT_TIME_S: String(STOP_SECONDS),
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

export const uriOf = (bytes: Uint8Array): string => `gcs://${packageName(bytes)}`;

interface Job {
  readonly id: string;
  /** A command of the shell. */
  readonly script: string;
  /** What the job is for: the identifier of a run or of a sweep. */
  readonly run: string;
  readonly pip: readonly string[];
  readonly engine: Uint8Array;
  /** Null if none are sent. */
  readonly images: Uint8Array | null;
  /** What a run goes on from; null if nothing is sent. */
  readonly start: Uint8Array | null;
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
  readonly packages: Packages;
} {
  const { id, script, run, pip, engine, images, start, environment, cpus, gpus } = job;
  const others = [images, start].filter((bytes) => bytes !== null);
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
  const packages: Packages = [
    { what: 'engine', bytes: engine },
    ...(images === null ? [] : [{ what: 'images', bytes: images } as const]),
    ...(start === null ? [] : [{ what: 'start', bytes: start } as const]),
  ];
  requireSmall(packages);
  return { request: { ...request, metadata: { product: PRODUCT, run, digest } }, digest, packages };
}

function requireSmall(packages: Packages): void {
  for (const { what, bytes } of packages)
    if (bytes.length > MAX_PACKAGE_BYTES)
      throw new ClusterError(
        'refused',
        `the ${what} would be ${bytes.length} bytes in one piece, and Ray takes ${MAX_PACKAGE_BYTES}: name a folder that all nodes see as the cluster's --storage, or images that lie there by --data-on-cluster`,
      );
}
