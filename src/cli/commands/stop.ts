import { Command } from 'commander';
import { stopTraining } from '../../endpoint/stop-training';
import { listCheckpoints } from '../../runs/checkpoint';
import { isRemoteActive } from '../../domain/remote-state';
import { readRemoteRun } from '../../runs/remote-run';
import { readRun } from '../../runs/store';
import type { Context } from '../context';
import { formatCount } from '../../text/format-count';
import { requireOnCluster } from '../cluster/remote-run';
import { resolveRun } from '../run-argument';

/**
 * `vae stop RUN`: stops the engine that trains the run, wherever it was started, at a checkpoint. One that does not answer gets
 * SIGTERM, and then SIGKILL.
 */
export function stopCommand(context: Context): Command {
  return new Command('stop')
    .description('stop a training run at a checkpoint; end its process if it does not respond')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--json', 'print one JSON object per line')
    .action(async (text: string) => {
      const folder = await resolveRun(text, context.cwd);
      const remote = await readRemoteRun(folder);
      if (remote !== null && isRemoteActive(remote.state)) {
        const { stopRemote } = await import('../cluster/stop-remote');
        return stopRemote(await requireOnCluster(folder), context);
      }
      const means = await stopTraining(folder, (next, pid) => context.output.warn(escalationText(next, pid)));
      if (means === 'request') {
        const message = `${folder} is trained on another machine or in another container: left stop.request there, at which it stops within seconds`;
        return context.output.say(message, { type: 'stopped', folder, means });
      }
      const run = await readRun(folder).catch(() => null);
      const { step = 0, samples = 0 } = run?.lastRow ?? {};
      const state = run?.outcome ?? 'stopped';
      const object = { type: 'stopped', folder, state, step, samples, means };
      context.output.say(
        means === 'kill'
          ? await killedText(folder)
          : `stopped ${folder} after ${formatCount(samples)} samples`,
        object,
      );
    });
}

/** Says what comes next where an engine leaves a request unanswered. */
const escalationText = (next: 'terminate' | 'kill', pid: number): string =>
  next === 'terminate'
    ? `the engine (process ${pid}) does not answer; it gets SIGTERM, which stops it at a checkpoint`
    : `process ${pid} does not act on SIGTERM; it gets SIGKILL`;

/** Says how the run can go on after its process was killed. */
async function killedText(folder: string): Promise<string> {
  const step = (await listCheckpoints(folder).catch(() => [])).at(-1);
  return step === undefined
    ? `killed the training of ${folder}; it had no checkpoint yet, so \`vae resume ${folder}\` starts it again`
    : `killed the training of ${folder}; \`vae resume ${folder}\` continues it from its checkpoint at step ${formatCount(step)}`;
}
