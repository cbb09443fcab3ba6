import { lastLines } from '../runs/metrics';
import type { RemoteRun } from '../runs/remote-run';

/** Times that a run which was lost is submitted again without a person asking for it. */
const MAX_RETRIES = 3;

/** Returns why a run that was lost should not be submitted again by itself; null if it may. */
export async function whyNotAgain(runFolder: string, remote: RemoteRun): Promise<string | null> {
  // A submission that was cut off is brought to its end.
  if (remote.session === null) return null;
  if (remote.retries >= MAX_RETRIES) return `it was submitted again ${MAX_RETRIES} times already`;
  const { count } = await lastLines(runFolder, 0);
  return count > remote.linesBefore ? null : 'it recorded nothing since it was last submitted';
}

/** Returns how often a run will have been submitted again without being asked for, or after one question, when it is so once more. */
export const nextRetries = ({ retries, session }: RemoteRun): number =>
  session === null ? retries : retries + 1;

/** Returns the number of the next job of a run: the same one if the cluster never got it. */
export const nextAttempt = ({ attempt, session }: RemoteRun): number =>
  session === null ? attempt : attempt + 1;
