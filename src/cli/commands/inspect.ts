import { Command, Option } from 'commander';
import { inspectDataset } from '../../datasets/inspect';
import type { InspectOptions } from '../../datasets/inspect';
import type { DatasetSource } from '../../datasets/dataset';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import { parseRequest } from '../../runs/settings/parse-request';
import { keyValue, wholeNumber } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { formatReport } from '../report';
import { formatCount } from '../../text/format-count';

interface InspectCommandOptions extends ImageSelectionOptions {
  readonly preset?: PresetName;
  readonly set?: Readonly<Record<string, string>>;
  readonly examples?: number;
}

const MAX_EXAMPLES = 100;

/** `vae inspect DATA`: describes a dataset as a run would load it. Trains nothing and writes only to the cache. */
export function inspectCommand(context: Context): Command {
  const command = new Command('inspect')
    .description(
      'report on a dataset before training: images, sizes, values, labels, split, and what is left out',
    )
    .argument('<DATA>', DATA_HELP)
    .addOption(new Option('--preset <name>', 'read the images for this preset').choices(PRESET_NAMES))
    .option(
      '--set <key=value>',
      'change one value as for `vae train`, such as data.fit=pad; repeatable',
      keyValue,
    )
    .option(
      '--examples <n>',
      'with --json, include this many images as the model will see them',
      wholeNumber(0),
    )
    .option('--json', 'print one JSON object')
    .action(async (data: string, options: InspectCommandOptions) => {
      const { output } = context;
      const begin = context.now();
      try {
        const { source, plan, ...asked } = requested(await datasetSourceOf(data, options, context), options);
        const inspection = await inspectDataset(source, {
          ...loadOptions(),
          ...asked,
          examples: Math.min(options.examples ?? 0, MAX_EXAMPLES),
          onProgress: (done, total) =>
            output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
        });
        output.progress('');
        const seconds = Math.round(context.now() - begin) / 1000;
        const { fingerprint, lines } = inspection;
        const isCut = lines.some(({ title }) => title === '');
        const end = [
          ...(isCut ? [{ title: '', text: '--json lists all', level: 'info' } as const] : []),
          { title: 'fingerprint', text: fingerprint, level: 'info' },
          { title: 'read in', text: `${seconds.toFixed(1)} s`, level: 'info' },
        ] as const;
        output.say(formatReport([...lines, ...end]), { type: 'dataset', ...inspection, plan, seconds });
      } finally {
        output.progress('');
      }
    });
  return addChoiceOptions(command);
}

/** Returns how a run with these settings would read the source. Without a preset and settings, the images alone decide. */
function requested(
  source: DatasetSource,
  { preset, set = {} }: InspectCommandOptions,
): InspectOptions & { readonly source: DatasetSource; readonly plan: object } {
  const settings = parseRequest({ source, preset: preset ?? 'fast', seed: 0, set });
  const { model, training } = settings.tree;
  const { split, binarisation, fit } = settings.tree.data;
  const plan = {
    ...{ preset: preset ?? 'fast', likelihood: model.likelihood, latent: model.latent },
    ...{ fit: fit === '' ? 'crop' : fit, samples: training.samples, patience: training.patience },
  };
  return { source: settings.source, ...settings.shape, split, plan, ...(preset ? { binarisation } : {}) };
}
