import { setTimeout as sleep } from 'node:timers/promises';
import { connectionTo } from '../../cluster/connection';
import type { ClusterConnection } from '../../cluster/connection';
import { followRun } from '../../cluster/follow';
import type { FollowClock, FollowEnd, FollowEvent } from '../../cluster/follow';
import { TargetFile } from '../../cluster/target-file';
import { findToken } from '../../cluster/token';
import { formatSize } from '../../download/dataset';
import { readRemoteRun } from '../../runs/remote-run';
import type { RemoteRun } from '../../runs/remote-run';
import type { Context } from '../context';
import { badInput } from '../exit';
import { TrainingReport } from '../progress';

/** A run of a cluster, and what speaks to that. */
export interface RunOnCluster {
  readonly folder: string;
  readonly remote: RemoteRun;
  readonly connection: ClusterConnection;
}

/** Finds the cluster of a run. @returns null if the run is none of a cluster @throws RunError, ClusterError */
export async function onCluster(folder: string): Promise<RunOnCluster | null> {
  const remote = await readRemoteRun(folder);
  if (remote === null) return null;
  const target = await new TargetFile().find(remote.target);
  return { folder, remote, connection: connectionTo(target, await findToken()) };
}

/** @throws CliError if the run is none of a cluster */
export async function requireOnCluster(folder: string): Promise<RunOnCluster> {
  const run = await onCluster(folder);
  if (run !== null) return run;
  throw badInput(
    `${folder}: no cluster trains this run, expected one of \`vae submit\`; \`vae watch\` shows one that is trained here`,
  );
}

/** Follows a run, and says what comes of it. @param withRows whether also the rows of its curve */
export async function followAndSay(
  { folder, remote, connection }: RunOnCluster,
  signal: AbortSignal,
  context: Context,
  withRows = true,
): Promise<FollowEnd> {
  const report = new TrainingReport(folder, context.output, context.now);
  const clock: FollowClock = {
    now: context.now,
    date: context.today,
    // Whoever stops a run, or submits it again, waits for what it has come to.
    isUrgent: () => !withRows,
    sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }).catch(() => undefined),
  };
  const say = (event: FollowEvent): void => {
    if (withRows || event.type !== 'rows') tell(event, report, context);
  };
  try {
    return await followRun(folder, connection, remote, clock, say, signal);
  } finally {
    context.output.progress('');
  }
}

const time = (date: Date): string => date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

function tell(event: FollowEvent, report: TrainingReport, { output }: Context): void {
  switch (event.type) {
    case 'rows':
      return event.rows.forEach((row) => report.onRow(row));
    case 'state': {
      const { state, target, message } = event.remote;
      const isOver = state === 'ended' || state === 'failed' || state === 'lost';
      // How it has ended is said once, by the command.
      const text = isOver ? null : `${state} on ${target}`;
      return output.say(text, { type: 'state', state, target, message });
    }
    case 'file':
      return output.say(
        event.path.startsWith('snapshots/') ? null : `fetched ${event.path}, ${formatSize(event.bytes)}`,
        event,
      );
    case 'unreachable':
      output.say(null, { ...event, since: event.since.toISOString() });
      return output.progress(
        `not reached since ${time(event.since)}; the run goes on there (${event.message})`,
      );
    case 'reached':
      output.progress('');
      return output.say('reached again', event);
    case 'unwritable':
      output.say(null, event);
      return output.progress(`${event.message}; it is fetched once it can be kept`);
    case 'writable':
      output.progress('');
      return output.say(null, event);
    case 'queued':
    case 'notice':
      return output.say(event.text, event);
    case 'stalled':
      output.say(null, event);
      return output.warn([`no progress for ${event.seconds} s; the end of the job's log:`, ...event.log]);
    case 'warning':
      return output.warn(event.text);
    default:
      event satisfies never;
  }
}
