import type { RemoteJob } from '../runs/remote-run';
import { quoted } from './shell';
import { placeOf } from './train-script';
import type { Target } from './target';

/** Times that all ranks are started again, from the newest checkpoint, when one was lost. */
const RETRIES = 3;

/** What python/latent_explorer_ray/ranks.py is told. */
interface RanksPlan {
  readonly id: string;
  readonly count: number;
  /** Of each rank. */
  readonly cpus: number;
  readonly gpus: number;
  readonly retries: number;
  /** Whether the run lies where all nodes see it. */
  readonly hasStorage: boolean;
  /** Folder of the job below the logs of Ray. */
  readonly place: string;
  /** What each rank is, as a script of the shell. */
  readonly script: string;
}

/** Returns the shell script of a job that trains on several ranks. @param script as `trainScript` returns it for them */
export function ranksScript(
  jobId: string,
  { count, gpus }: NonNullable<RemoteJob['ranks']>,
  { cpus, storage }: Pick<Target, 'cpus' | 'storage'>,
  script: string,
): string {
  const plan: RanksPlan = {
    ...{ id: jobId, count, cpus, gpus, retries: RETRIES, hasStorage: storage !== null },
    ...{ place: placeOf(jobId).replace(/\/run$/, ''), script },
  };
  return `exec python engine/python/latent_explorer_ray/ranks.py ${quoted(JSON.stringify(plan))}`;
}
