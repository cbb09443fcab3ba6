import { basename } from 'node:path';
import { Command } from 'commander';
import { oneLine } from '../../domain/run-about';
import { aboutOf } from '../about';
import type { Context } from '../context';

/** `vae rename RUN NAME`: gives a run the name under which it is shown. Its folder keeps its own. */
export function renameCommand(context: Context): Command {
  return new Command('rename')
    .description('name a run; its folder and its config.json stay as they are')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('<NAME>', "the new name, in one line; '' for the name of the folder")
    .option('--json', 'print one JSON object')
    .action(async (run: string, name: string) => {
      const { folder, about } = await aboutOf(run, context, () => ({ name: oneLine(name) }));
      const text = `${basename(folder)} is named ${about.name || basename(folder)}`;
      context.output.say(text, { type: 'about', folder, ...about });
    });
}
