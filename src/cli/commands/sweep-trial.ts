import { Command } from 'commander';
import { makeFolders, namesIn } from '../../runs/guarded-files';
import { inRun, statPath } from '../../runs/guarded-path';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import { readSweep } from '../../sweeps/sweep-file';
import { runFolderOf } from '../../sweeps/sweep-view';
import { requestOf } from '../../sweeps/trials';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { badInput } from '../exit';
import { trainHere } from '../training';
import type { EngineFlags } from '../training';

/**
 * `vae sweep-trial FOLDER NUMBER`, which a sweep starts for each of its trials: begins or resumes it in this process. Its run folder
 * then differs in nothing from that of `vae train`.
 */
export function sweepTrialCommand(context: Context): Command {
  return new Command('sweep-trial')
    .description('begin or resume a trial of a sweep')
    .argument('<FOLDER>', 'folder of the sweep')
    .argument('<NUMBER>', 'number of the trial, from 1', wholeNumber(1))
    .option('--json', 'print one JSON object per line')
    .action(async (folder: string, number: number) => {
      const sweep = await readSweep(folder);
      const trial = sweep.trials[number - 1];
      if (trial === undefined)
        throw badInput(`${folder}: got trial ${number}, expected at most ${sweep.trials.length}`);
      const runFolder = runFolderOf(folder, sweep, trial.run);
      const { engine, threads, device = 'auto' } = sweep;
      const options: EngineFlags = { engine, device, ...(threads > 0 ? { threads } : {}) };
      if ((await statPath(inRun(runFolder, 'config.json'))) !== null) {
        await trainHere(runFolder, null, options, context);
        return;
      }
      // Left by a process that died before training began.
      await removeUnstartedRun(runFolder);
      await makeFolders(inRun(runFolder));
      if ((await namesIn(inRun(runFolder))).length > 0)
        throw badInput(`${runFolder} is not empty and no run; expected a new or empty folder: move it away`);
      const { request } = sweep;
      try {
        await trainHere(runFolder, requestOf(request, trial.values), options, context);
      } catch (error) {
        await removeUnstartedRun(runFolder);
        throw error;
      }
    });
}
