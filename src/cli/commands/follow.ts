import { Command } from 'commander';
import type { FollowEnd } from '../../cluster/follow';
import { nextAttempt, nextRetries, whyNotAgain } from '../../cluster/recover';
import { LockedError } from '../../runs/lock';
import { readRun } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { confirm } from '../confirm';
import type { Context } from '../context';
import { CliError, EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import { resolveRun } from '../run-argument';
import { followAndSay, requireOnCluster } from '../cluster/remote-run';
import type { RunOnCluster } from '../cluster/remote-run';
import { sendRun } from '../cluster/send-run';
import { titled } from '../report';

interface FollowOptions {
  readonly resubmit?: true;
}

/** `vae follow RUN`: brings what a run has on a cluster into its folder, until it has ended. */
export function followCommand(context: Context): Command {
  return new Command('follow')
    .description(
      'fetch the curve and the checkpoints of a run on a cluster as they arrive; Ctrl-C ends this, and the run continues',
    )
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option(
      '--resubmit',
      'if the cluster has lost the run, submit it again from its newest checkpoint here without asking: at most three times, and only if it has recorded something',
    )
    .option('--json', 'print one JSON object per line')
    .action(async (text: string, options: FollowOptions) => {
      const folder = await resolveRun(text, context.cwd);
      const interrupts = watchInterrupts({ onFirst: () => context.output.warn('leaving the run to itself') });
      try {
        await follow(folder, options, interrupts.signal, context);
      } finally {
        interrupts.dispose();
      }
    });
}

async function follow(
  folder: string,
  options: FollowOptions,
  signal: AbortSignal,
  context: Context,
): Promise<void> {
  for (;;) {
    const run = await requireOnCluster(folder);
    const end = await followAndSay(run, signal, context).catch((error: unknown) => {
      throw error instanceof LockedError ? followedElsewhere(folder) : error;
    });
    if (end.state !== 'lost') return sayEnd(folder, end, context);
    await submitAgain({ ...run, remote: end.remote }, end, options, context);
  }
}

const followedElsewhere = (folder: string): CliError =>
  new CliError(
    'run-followed',
    `another process follows ${folder} already, as VS Code does by itself: what comes is in its folder`,
    EXIT.failure,
  );

/** Submits a run again that the cluster has lost. @throws CliError if that may not be, or is not wanted */
async function submitAgain(
  { folder, remote, connection }: RunOnCluster,
  { message }: FollowEnd,
  { resubmit }: FollowOptions,
  context: Context,
): Promise<void> {
  const lost = `lost: ${message}`;
  const next = `\`vae resume ${folder}\` submits it again`;
  const why = await whyNotAgain(folder, remote);
  if (why !== null) throw new CliError('run-lost', `${lost}; ${why}. ${next}`, EXIT.failure);
  // What was agreed to when it was submitted is brought to its end.
  const isAgreed = resubmit === true || remote.session === null;
  if (!isAgreed && !context.output.terminal)
    throw new CliError('run-lost', `${lost}; ${next}, and --resubmit does so by itself`, EXIT.failure);
  context.output.warn(lost);
  if (
    !isAgreed &&
    !(await confirm('submit it again from its newest checkpoint here?', '--resubmit', context))
  )
    throw new CliError('run-lost', `${lost}; ${next}`, EXIT.failure);
  const again = {
    id: remote.id,
    attempt: nextAttempt(remote),
    retries: nextRetries(remote),
    job: remote.job,
    resume: [],
  };
  await sendRun(folder, connection, again, 'given', context);
}

/** Says how a run on a cluster has ended. @throws CliError if it has failed */
export async function sayEnd(folder: string, end: FollowEnd, context: Context): Promise<void> {
  const { output } = context;
  if (end.state === 'left') {
    const { target } = end.remote;
    context.exitCode = EXIT.interrupted;
    return output.say(
      [`the run continues on ${target}; the same command follows it again, \`vae stop ${folder}\` stops it`],
      { type: 'left', folder, target },
    );
  }
  const run = await readRun(folder).catch(() => null);
  if (end.state === 'failed' || run?.outcome === 'failed')
    throw new CliError('training-failed', end.message || run?.message || 'training failed', EXIT.failure);
  const state = run?.outcome ?? 'stopped';
  const { step = 0, samples = 0 } = run?.lastRow ?? {};
  const message = run?.message || end.message;
  const next = state === 'stopped' ? `; \`vae resume ${folder}\` continues it` : '';
  output.say([`${state}: ${message} after ${formatCount(samples)} samples${next}`, titled('run', folder)], {
    ...{ type: 'ended', state, message, folder, step, samples, best: run?.best ?? null },
  });
}
