import { Command } from 'commander';
import { classifierKey, readClassProbabilities } from '../../runs/class-probabilities';
import { readClassifier, removeClassifier } from '../../runs/classifier';
import { readConfig } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import { badInput } from '../exit';
import { resolveRun } from '../run-argument';

/** Names that are listed before it says how many more there are. */
const MAX_LISTED = 20;

/** `vae probe show RUN`: says which classifier is attached, and how it is used. */
export function showCommand(context: Context): Command {
  return new Command('show')
    .description('say which classifier is attached to a run')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--json', 'print one JSON object')
    .action(async (run: string) => {
      const folder = await resolveRun(run, context.cwd);
      await readConfig(folder);
      const attached = await readClassifier(folder);
      if (attached === null) {
        context.output.say(`${folder} has no classifier`, { type: 'classifier', folder, from: null });
        return;
      }
      const { use, names, from, sha256 } = attached;
      const kept = await readClassProbabilities(folder, classifierKey(attached), (damaged) =>
        context.output.warn(damaged),
      );
      const { width, height, channels, layout, scale, values } = use;
      const more = names.length > MAX_LISTED ? `, and ${formatCount(names.length - MAX_LISTED)} more` : '';
      context.output.say(
        [
          `${from}: ${formatCount(names.length)} classes: ${names.slice(0, MAX_LISTED).join(', ')}${more}`,
          `images of ${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}, ${layout}, pixels '${scale}'; gives ${values}`,
          kept === null
            ? 'has not classified the images of the run yet'
            : `has classified ${formatCount(kept.count)} images`,
        ],
        {
          ...{ type: 'classifier', folder, from, sha256, classes: names, use },
          classified: kept?.count ?? null,
        },
      );
    });
}

/** `vae probe remove RUN`: removes the classifier of a run, and what it said. */
export function removeCommand(context: Context): Command {
  return new Command('remove')
    .description('remove the classifier of a run; the file that it was copied from stays')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--json', 'print one JSON object')
    .action(async (run: string) => {
      const folder = await resolveRun(run, context.cwd);
      await readConfig(folder);
      if (!(await removeClassifier(folder))) throw badInput(`${folder} has no classifier to remove`);
      context.output.say(`removed the classifier of ${folder}`, { type: 'removed', folder });
    });
}
