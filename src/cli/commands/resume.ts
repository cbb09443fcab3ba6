import { Command } from 'commander';
import { readRun } from '../../runs/store';
import type { Context } from '../context';
import { resolveRun } from '../run-argument';
import { addEngineOptions, sayOutcome, trainHere } from '../training';
import type { EngineOptions } from '../training';

/** `vae resume RUN`: continues training from the newest checkpoint. */
export function resumeCommand(context: Context): Command {
  const command = new Command('resume')
    .description('continue training from the newest checkpoint of a run')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .action(async (text: string, options: EngineOptions) => {
      const { folder } = await readRun(await resolveRun(text, context.cwd));
      const result = await trainHere(folder, null, options, context);
      await sayOutcome(folder, result, context);
    });
  return addEngineOptions(command);
}
