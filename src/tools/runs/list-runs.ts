import * as z from 'zod';
import { newestFirst } from '../../runs/newest-first';
import { runSummary } from '../../runs/run-summary';
import { isDamaged, listRuns } from '../../runs/store';
import type { RunRecord } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { shownPath } from '../run-of';
import { defineTool } from '../tool';
import { counted } from '../counted';

/** Runs that are listed; a language model reads each. */
const MAX_RUNS = 100;

/** Lists the runs of the workspace. */
export const listRunsTool = defineTool({
  name: 'vae_list_runs',
  title: 'List Runs',
  description:
    'Lists the trained models (runs) of the workspace, newest first: state (running, finished, stopped, failed, interrupted), dataset, preset, latent dimensions, training datapoints and the best validation bound. Bounds are in nats per datapoint, higher is better, and comparable only for the same images and likelihood.',
  access: 'read',
  input: z.strictObject({
    limit: z.int().min(1).max(MAX_RUNS).default(20).describe('Maximum number of runs.'),
  }),
  async run({ limit }, { host }) {
    const damaged: { name: string; reason: string }[] = [];
    const leaveOut = (reason: string): void => void damaged.push({ name: '', reason });
    const found = (await Promise.all(host.runsRoots.map((root) => listRuns(root, leaveOut)))).flat();
    const runs = found.filter((run): run is RunRecord => !isDamaged(run));
    for (const run of found) if (isDamaged(run)) damaged.push({ name: run.name, reason: run.damage });
    const shown = runs
      .map((run) => {
        const { createdAt, ...summary } = runSummary(run);
        return {
          ...summary,
          createdAt,
          folder: shownPath(host, run.folder),
          checkpoints: run.checkpoints.length,
        };
      })
      .sort(newestFirst)
      .slice(0, limit);
    const text =
      runs.length === 0
        ? 'there are no runs yet; vae_train_model makes one'
        : `${formatCount(shown.length)} of ${counted(runs.length, 'run')}, newest first${damaged.length > 0 ? `; ${formatCount(damaged.length)} more cannot be read` : ''}`;
    return { text, data: { runs: shown, damaged } };
  },
});
