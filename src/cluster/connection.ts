import { RayFiles } from './ray/files';
import { rayCaller } from './ray/http';
import { RayJobs } from './ray/jobs';
import type { Target } from './target';

/** What speaks to the dashboard of a cluster. */
export interface ClusterConnection {
  readonly target: Target;
  readonly hasToken: boolean;
  readonly jobs: RayJobs;
  readonly files: RayFiles;
}

/** Does not connect yet: each call does. */
export function connectionTo(target: Target, token: string | null): ClusterConnection {
  const call = rayCaller(target.address, token);
  const { host } = new URL(target.address);
  return { target, hasToken: token !== null, jobs: new RayJobs(call, host), files: new RayFiles(call, host) };
}
