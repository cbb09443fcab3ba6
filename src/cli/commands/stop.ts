import { Command } from 'commander';
import { connectToRun } from '../../endpoint/client';
import { RpcError } from '../../protocol/rpc';
import { readRun } from '../../runs/store';
import type { Context } from '../context';
import { badInput } from '../exit';
import { formatCount } from '../format';
import { resolveRun } from '../run-argument';

/** `vae stop RUN`: asks the engine that trains the run, wherever it was started, to stop at a checkpoint. */
export function stopCommand(context: Context): Command {
  return new Command('stop')
    .description('stop a training run at a checkpoint')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--json', 'print one JSON object per line')
    .action(async (text: string) => {
      const folder = await resolveRun(text, context.cwd);
      await stop(folder);
      const run = await readRun(folder).catch(() => null);
      const { step = 0, samples = 0 } = run?.lastRow ?? {};
      const object = { type: 'stopped', folder, state: run?.outcome ?? 'stopped', step, samples };
      context.output.say(`stopped ${folder} after ${formatCount(samples)} samples`, object);
    });
}

async function stop(folder: string): Promise<void> {
  const connection = await connectToRun(folder);
  if (!connection) throw badInput(`${folder}: no engine is alive for this run, so there is nothing to stop`);
  const { client, hello } = connection;
  try {
    if (hello.mode !== 'train') {
      throw badInput(`${folder}: its engine only answers and does not train, so there is nothing to stop`);
    }
    await client.call('stop', {});
  } catch (error) {
    // The engine exits soon after it has stopped, so a closed connection also means success.
    if (!(error instanceof RpcError && error.code === 'closed')) throw error;
  } finally {
    client.dispose();
  }
}
