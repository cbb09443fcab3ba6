import { basename } from 'node:path';
import { Command } from 'commander';
import { tagsIn } from '../../domain/run-about';
import { aboutOf } from '../about';
import type { Context } from '../context';

interface Options {
  readonly remove?: boolean;
}

/** `vae tag RUN [TAG...]`: prints, adds or removes the tags of a run. */
export function tagCommand(context: Context): Command {
  return new Command('tag')
    .description('print the tags of a run, add to them, or remove some')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('[TAG...]', 'tags, which may have spaces but no commas')
    .option('--remove', 'remove these tags instead of adding them')
    .option('--json', 'print one JSON object')
    .action(async (run: string, texts: string[], { remove = false }: Options) => {
      const given = tagsIn(...texts);
      const { folder, about } = await aboutOf(
        run,
        context,
        given.length === 0
          ? null
          : ({ tags }) => ({
              tags: remove ? tags.filter((tag) => !given.includes(tag)) : tagsIn(...tags, ...given),
            }),
      );
      const list = about.tags.length === 0 ? 'has no tags' : `is tagged ${about.tags.join(', ')}`;
      context.output.say(`${basename(folder)} ${list}`, { type: 'about', folder, ...about });
    });
}
