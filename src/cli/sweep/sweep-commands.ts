import { isAbsolute, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { SweepView } from '../../domain/sweep';
import { inRun, statPath } from '../../runs/guarded-path';
import { requestStop } from '../../sweeps/stop-request';
import { readSweep } from '../../sweeps/sweep-file';
import { listSweeps, readSweepView, sweepsRootOf } from '../../sweeps/sweep-view';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import { badInput } from '../exit';
import { formatNats, formatTable } from '../format';
import { titled } from '../report';
import { runsRoot } from '../run-argument';
import { stopThere } from './remote-sweep';
import { sweepTable } from './sweep-report';

/* The commands of `vae sweep` about sweeps that are there. */

export function listCommand(context: Context): Command {
  return new Command('list')
    .description('list sweeps, newest first')
    .argument('[FOLDER]', 'a folder with .vae/sweeps in it', '.')
    .action(async (text: string) => {
      const root = sweepsRootOf(runsRoot(resolve(context.cwd, text)));
      const sweeps = await listSweeps(root);
      if (sweeps.length === 0) return context.output.say(`no sweeps in ${root} yet`, null);
      const rows = sweeps.map((sweep) => ('damage' in sweep ? [sweep.name, 'damaged'] : rowOf(sweep)));
      context.output.say(
        formatTable([['SWEEP', 'STATE', 'DATASET', 'TRIALS', 'SETTINGS', 'BEST'], ...rows]),
        null,
      );
      for (const sweep of sweeps) {
        context.output.say(null, 'damage' in sweep ? { type: 'sweep', ...sweep } : summaryOf(sweep));
        if ('damage' in sweep) context.output.warn(`${sweep.name} is damaged: ${sweep.damage}`);
      }
    });
}

export function showCommand(context: Context): Command {
  return new Command('show')
    .description('show the table of a sweep, the best trial first')
    .argument('<SWEEP>', 'name of a sweep in ./.vae/sweeps, or its folder')
    .action(async (text: string) => {
      const view = await readSweepView(await sweepFolder(text, context));
      context.output.say([...headOf(view), ...sweepTable(view)], { type: 'sweep', ...view });
    });
}

export function stopCommand(context: Context): Command {
  return new Command('stop')
    .description('stop a sweep; its trials stop at checkpoints')
    .argument('<SWEEP>', 'name of a sweep in ./.vae/sweeps, or its folder')
    .action(async (text: string) => {
      const folder = await sweepFolder(text, context);
      const { state } = await readSweepView(folder);
      const sweep = await readSweep(folder);
      if (state !== 'running' && sweep.on !== undefined) return stopThere(folder, sweep, context);
      if (state !== 'running')
        throw badInput(`${folder}: no process carries out this sweep, so there is nothing to stop`);
      await requestStop(folder);
      context.output.say(`${folder} stops once its trials have written checkpoints`, {
        type: 'stopping',
        folder,
      });
    });
}

/** Returns the folder of a sweep by its name or path. @throws CliError if there is none */
export async function sweepFolder(text: string, { cwd }: Context): Promise<string> {
  const root = sweepsRootOf(runsRoot(cwd));
  const isPath = isAbsolute(text) || /[/\\]/.test(text) || text.startsWith('.');
  const folder = isPath ? resolve(cwd, text) : join(root, text);
  if ((await statPath(inRun(folder)))?.isDirectory()) return folder;
  throw badInput(
    `${text}: there is no such sweep; expected the name of one in ${root}, or its folder (\`vae sweep list\` lists them)`,
  );
}

export function headOf({ name, state, dataset, preset, search, trials }: SweepView): string[] {
  return [
    titled(
      'sweep',
      `${name}: ${state}, ${formatCount(trials.length)} trials (${search}) of ${preset} on ${dataset}`,
    ),
  ];
}

function rowOf({ name, state, dataset, trials, settings }: SweepView): string[] {
  const ended = trials.filter(
    ({ state: of }) => of === 'finished' || of === 'failed' || of === 'outranked',
  ).length;
  const best = trials.find(({ rank }) => rank === 1);
  const bestText = best?.ranking
    ? `${best.run}: L_${best.ranking.k} ${formatNats(best.ranking.logLikelihood)}`
    : '-';
  return [name, state, dataset, `${ended} of ${trials.length}`, settings.join(', '), bestText];
}

/** What a list of sweeps tells programs about one. */
function summaryOf({ trials, ...view }: SweepView) {
  const states = trials.map(({ state }) => state);
  const best = trials.find(({ rank }) => rank === 1) ?? null;
  return {
    type: 'sweep',
    ...view,
    trials: trials.length,
    finished: states.filter((s) => s === 'finished').length,
    best,
  };
}
