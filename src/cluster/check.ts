import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { visibleText } from '../text/visible-text';
import type { ClusterConnection } from './connection';
import { hasJobEnded } from './ray/jobs';
import type { RayResources, RayVersion } from './ray/jobs';
import { FIND_NODE, quoted } from './shell';

/** What is known of a cluster without running anything on it. */
export interface ClusterCheck {
  readonly version: RayVersion;
  /** Null where this version of Ray does not say it. */
  readonly resources: RayResources | null;
  /** What is missing, each with what to do about it. */
  readonly problems: readonly string[];
}

/** API version of Ray's jobs that this was tried with. */
const API_VERSION = '4';
/** Since then, Ray can ask for a token. */
const FIRST_WITH_TOKEN = [2, 52];

/** Asks a cluster what it is and has. @throws ClusterError if it cannot be used at all */
export async function checkCluster({ target, jobs, hasToken }: ClusterConnection): Promise<ClusterCheck> {
  const version = await jobs.version();
  const resources = await jobs.resources().catch(() => null);
  const problems: string[] = [];
  if (version.version !== API_VERSION)
    problems.push(
      `its API has version ${visibleText(version.version, 20)}, and this was tried with ${API_VERSION}: what fails may be due to that`,
    );
  const [major = 0, minor = 0] = version.ray_version.split('.').map(Number);
  const [withToken, minorWithToken] = FIRST_WITH_TOKEN as [number, number];
  const knowsToken = major > withToken || (major === withToken && minor >= minorWithToken);
  if (hasToken && !knowsToken)
    problems.push(
      `Ray ${visibleText(version.ray_version, 20)} asks for no token: whoever reaches the dashboard can run anything there. Ray 2.52 or newer can ask for one`,
    );
  if (resources !== null) {
    const { nodes, cpus, gpus } = resources;
    if (nodes === 0) problems.push('it has no node that is alive: a run waits until there is one');
    if (cpus.total < target.cpus)
      problems.push(
        `a run asks for ${target.cpus} CPUs and all its nodes together have ${cpus.total}: a run waits until there are more. Add the cluster again with --cpus ${Math.max(1, Math.floor(cpus.total))}`,
      );
    if (gpus.total < target.gpus)
      problems.push(
        `a run asks for ${target.gpus} GPUs and all its nodes together have ${gpus.total}: a run waits until there are more. Add the cluster again with --gpus ${gpus.total}`,
      );
  }
  return { version, resources, problems };
}

/** What a job found on a node. */
export interface JobCheck {
  /** Null if there is none, with the reason. */
  readonly node: string | null;
  readonly system: string;
  readonly python: string;
  /** Whether the storage can be written to; null without one. */
  readonly storage: boolean | null;
  /** Why the job failed; empty if it did not. */
  readonly problem: string;
}

const MARK = 'latent-explorer-check';
const POLL_MS = 1000;
const LOG_LINES = 50;
const MAX_LOG_BYTES = 1 << 20;

/** Script that says what a node has, a line for each. */
function script(storage: string | null): string {
  const say = (name: string, value: string): string => `echo "${MARK} ${name} ${value}"`;
  return [
    say('system', '$(uname -srm) $(getconf GNU_LIBC_VERSION 2>/dev/null)'),
    say('python', '$(python --version 2>&1)'),
    ...(storage === null
      ? []
      : [`mkdir -p ${quoted(storage)} && [ -w ${quoted(storage)} ] && ${say('storage', 'yes')}`]),
    ...FIND_NODE,
    say('node', '$("$N" --version)'),
  ].join('\n');
}

/**
 * Runs a job that says what the nodes have, with the packages that a run gets. It computes nothing.
 * @param maxMs how long to wait for it
 * @throws ClusterError; the abort reason, after the job was stopped
 */
export async function checkByJob(
  { target, jobs, files }: ClusterConnection,
  maxMs: number,
  signal: AbortSignal,
): Promise<JobCheck> {
  const id = `vae-check-${randomBytes(6).toString('hex')}`;
  await jobs.submit({
    ...{ submission_id: id, entrypoint: script(target.storage), metadata: { digest: id } },
    runtime_env: { ...(target.pip.length > 0 && { pip: target.pip }), env_vars: {} },
    ...{ entrypoint_num_cpus: 1, entrypoint_num_gpus: 0 },
  });
  const end = performance.now() + maxMs;
  for (;;) {
    const job = await jobs.job(id);
    if (hasJobEnded(job)) {
      const { driver_node_id: node } = job;
      const lines =
        node === null ? [] : await files.tail(node, `job-driver-${id}.log`, LOG_LINES, MAX_LOG_BYTES);
      const said = (name: string): string | null => {
        const start = `${MARK} ${name} `;
        const line = lines.findLast((each) => each.startsWith(start));
        return line === undefined ? null : visibleText(line.slice(start.length).trim(), 200);
      };
      const ours = lines.findLast((line) => line.startsWith('latent-explorer: '));
      return {
        ...{ node: said('node'), system: said('system') ?? '', python: said('python') ?? '' },
        storage: target.storage === null ? null : said('storage') !== null,
        problem: job.status === 'SUCCEEDED' ? '' : visibleText(ours ?? job.message, 2000),
      };
    }
    if (signal.aborted || performance.now() > end) {
      await jobs.stop(id);
      signal.throwIfAborted();
      return {
        ...{ node: null, system: '', python: '', storage: null },
        problem: `the job had not ended after ${Math.round(maxMs / 1000)} s and was stopped: ${visibleText(job.message, 500)}`,
      };
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
