import * as z from 'zod';
import { inspectDataset as inspect } from '../../endpoint/inspect-dataset';
import { PRESET_NAMES } from '../../runs/config';
import { confinedPath } from '../confined-path';
import { data, labelColumn, labels, settings } from '../fields';
import { sheet } from '../pictures';
import { defineTool } from '../tool';
import { datasetPath } from './dataset-path';

/** Reports on a dataset, by `vae inspect` in a process of its own. */
export const inspectDataset = defineTool({
  name: 'vae_inspect_dataset',
  title: 'Inspect Dataset',
  description:
    'Reads a dataset as a training would, without training: how many images there are, of which size, with which labels and split, what is left out and why, and some images as the model will see them. Use it before vae_train_model.',
  access: 'read',
  input: z.strictObject({
    data,
    preset: z.enum(PRESET_NAMES).default('fast').describe('Preset that the images are read for.'),
    set: settings.default({}),
    labels: labels.optional(),
    labelColumn: labelColumn.optional(),
  }),
  async run({ data: source, preset, set, ...given }, { host, signal, progress }) {
    progress('reading the images');
    const path = await datasetPath(host, source);
    const table = given.labels === undefined ? null : await confinedPath(host, given.labels, 'read');
    const request = {
      ...{ path, preset, set, labels: table, labelColumn: given.labelColumn ?? null, leaveOut: null },
      engineFolder: host.engineFolder,
    };
    const { lines, plan, examples } = await inspect(request, signal);
    return {
      text: lines.map(
        ({ title, text, level }) => `${level === 'warning' ? 'warning, ' : ''}${title}: ${text}`,
      ),
      data: {
        lines,
        plan,
        shape: { width: examples.width, height: examples.height, channels: examples.channels },
      },
      pictures:
        examples.count > 0 ? [sheet('Images as the model will see them', examples, examples.count)] : [],
    };
  },
});
