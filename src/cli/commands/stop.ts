import { Command } from 'commander';
import { connectToRun } from '../../endpoint/client';
import { stopEngine } from '../../endpoint/stop-engine';
import type { StopMeans } from '../../endpoint/stop-engine';
import { listCheckpoints } from '../../runs/checkpoint';
import { lockHolder, readHolder } from '../../runs/lock';
import { readRun } from '../../runs/store';
import type { Context } from '../context';
import { badInput } from '../exit';
import { formatCount } from '../../text/format-count';
import type { CliOutput } from '../output';
import { resolveRun } from '../run-argument';

/** How long to wait for an engine to say whether it trains, in ms; one that does not say so is stopped as one that trains. */
const HELLO_TIMEOUT_MS = 5000;

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
      const means = await stop(folder, context.output);
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

/** Stops the engine that trains the run. @throws CliError if none does */
async function stop(folder: string, output: CliOutput): Promise<StopMeans> {
  const connection = await connectToRun(folder, HELLO_TIMEOUT_MS);
  const mode = connection?.hello.mode;
  connection?.client.dispose();
  if (mode === 'serve')
    throw badInput(`${folder}: its engine only answers and does not train, so there is nothing to stop`);
  const means = await stopEngine(folder, {
    onEscalation: (next, pid) =>
      output.warn(
        next === 'terminate'
          ? `the engine (process ${pid}) does not answer; it gets SIGTERM, which stops it at a checkpoint`
          : `process ${pid} does not act on SIGTERM; it gets SIGKILL`,
      ),
  });
  if (means !== null) return means;
  const holder = (await lockHolder(folder)) === 'alive' ? await readHolder(folder) : null;
  throw badInput(
    holder === null
      ? `${folder}: no engine is alive for this run, so there is nothing to stop`
      : `${folder}: process ${holder.pid} holds the run, but has left no address where this user's engines do, so it is not signalled. If it is yours, \`kill ${holder.pid}\` stops it at a checkpoint.`,
  );
}

/** Says how the run can go on after its process was killed. */
async function killedText(folder: string): Promise<string> {
  const step = (await listCheckpoints(folder).catch(() => [])).at(-1);
  return step === undefined
    ? `killed the training of ${folder}; it had no checkpoint yet, so \`vae resume ${folder}\` starts it again`
    : `killed the training of ${folder}; \`vae resume ${folder}\` continues it from its checkpoint at step ${formatCount(step)}`;
}
