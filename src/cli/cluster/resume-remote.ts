import { nextAttempt, nextRetries } from '../../cluster/recover';
import { NotFoundError } from '../../cluster/ray/errors';
import { hasJobEnded } from '../../cluster/ray/jobs';
import { jobIdOf } from '../../runs/remote-run';
import { readRun } from '../../runs/store';
import { badInput, EXIT } from '../exit';
import type { Consent } from '../confirm';
import type { Context } from '../context';
import { watchInterrupts } from '../interrupt';
import { followAndSay } from './remote-run';
import type { RunOnCluster } from './remote-run';
import { sendRun } from './send-run';

/**
 * Submits a run again from its newest checkpoint, after what is left of it on the cluster has been fetched.
 * @param resume further arguments of `vae resume` @param isRetry whether this counts as one of the times that a lost run is submitted again
 * @throws CliError if it is still trained there, or has finished
 */
export async function resumeRemote(
  run: RunOnCluster,
  resume: readonly string[],
  consent: Consent,
  isRetry: boolean,
  context: Context,
): Promise<void> {
  const { folder, connection } = run;
  const { target } = run.remote;
  const job = await connection.jobs.job(jobIdOf(run.remote)).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  const isSame = job?.metadata['digest'] === run.remote.digest;
  if (job !== null && isSame && !hasJobEnded(job))
    throw badInput(`${folder}: ${target} is still training this run; \`vae follow ${folder}\` follows it`);
  let { remote } = run;
  if (job === null || isSame) {
    const interrupts = watchInterrupts({
      onFirst: () => context.output.warn('stopping; nothing was submitted'),
    });
    try {
      const end = await followAndSay(run, interrupts.signal, context, false);
      remote = end.remote;
      if (end.state === 'left') return void (context.exitCode = EXIT.interrupted);
    } finally {
      interrupts.dispose();
    }
  }
  const here = await readRun(folder).catch(() => null);
  if (here?.outcome === 'finished' && !resume.includes('--samples'))
    throw badInput(`${folder} has finished; --samples trains on until more datapoints`);
  const retries = isRetry ? nextRetries(remote) : 0;
  const again = { id: remote.id, attempt: nextAttempt(remote), retries, job: remote.job, resume };
  if ((await sendRun(folder, connection, again, consent, context)) !== null) return;
  context.output.say('nothing was sent', { type: 'declined' });
  context.exitCode = EXIT.interrupted;
}
