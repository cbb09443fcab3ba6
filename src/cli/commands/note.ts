import { basename } from 'node:path';
import { Command } from 'commander';
import { aboutOf } from '../about';
import type { Context } from '../context';

interface Options {
  readonly add?: boolean;
}

/** `vae note RUN [TEXT]`: prints or writes the notes of a run. */
export function noteCommand(context: Context): Command {
  return new Command('note')
    .description('print the notes of a run, or write them')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('[TEXT]', "the new notes, of any number of lines; '' to remove them")
    .option('--add', 'append TEXT to the existing notes')
    .option('--json', 'print one JSON object')
    .action(async (run: string, text: string | undefined, { add = false }: Options) => {
      const { folder, about } = await aboutOf(
        run,
        context,
        text === undefined
          ? null
          : ({ notes }) => ({ notes: add && notes !== '' ? `${notes.trimEnd()}\n${text}` : text }),
      );
      const lines = about.notes.trimEnd().split(/\r?\n/);
      context.output.say(about.notes === '' ? `${basename(folder)} has no notes` : lines, {
        ...{ type: 'about', folder },
        ...about,
      });
    });
}
