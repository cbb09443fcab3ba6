import * as z from 'zod';
import { MAX_COMPARED_RUNS } from '../../protocol/compare';
import { compareRuns as compare } from '../../runs/comparison';
import { run as runField } from '../fields';
import { runOf, shownPath } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';
import { counted } from '../counted';

/** Compares runs by their figures and settings. */
export const compareRuns = defineTool({
  name: 'vae_compare_runs',
  title: 'Compare Runs',
  description:
    'Compares runs: bounds, training time and the settings in which they differ, with cautions where bounds cannot be compared.',
  access: 'read',
  input: z.strictObject({
    runs: z.array(runField).min(2).max(MAX_COMPARED_RUNS).describe('Two or more runs.'),
    allSettings: z.boolean().default(false).describe('Whether to list settings that are the same, too.'),
  }),
  async run({ runs, allSettings }, { host }) {
    const found = await Promise.all(runs.map((text) => runOf(host, text)));
    const folders = [...new Set(found.map(({ folder }) => folder))];
    if (folders.length < 2)
      throw new ToolError(
        'bad-input',
        `got ${found[0]!.name} ${runs.length} times, expected two or more different runs`,
      );
    const { runs: figures, settings, cautions } = await compare(folders);
    const shown = allSettings ? settings : settings.filter(({ differs }) => differs);
    const best = figures.map(
      ({ name, best: bound }) => `${name} ${bound ? bound.elbo.toFixed(2) : 'without a bound'}`,
    );
    return {
      text: [
        `best validation bounds in nats per datapoint: ${best.join(', ')}; ${allSettings ? `${counted(shown.length, 'setting')} in all` : `${counted(shown.length, 'setting differs', 'settings differ')}`}`,
        ...cautions,
      ],
      data: {
        runs: figures.map((each) => ({ ...each, folder: shownPath(host, each.folder) })),
        settings: shown,
        cautions,
      },
    };
  },
});
