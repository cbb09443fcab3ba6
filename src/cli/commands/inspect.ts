import { Command } from 'commander';
import { inspectDataset } from '../../datasets/inspect';
import type { Inspection } from '../../datasets/inspect';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { formatCount } from '../format';
import { MAX_NAME_LENGTH, visibleText } from '../../text/visible-text';
import { loadOptions } from '../../engine-process/jobs/load-options';

/** Maximum lines per list in the text output; --json lists everything. */
const MAX_LINES = 50;

/** `vae inspect DATA`: describes a dataset as a run would load it. Trains nothing and writes only to the cache. */
export function inspectCommand(context: Context): Command {
  const command = new Command('inspect')
    .description('describe a dataset: images, sizes, labels, split, and files that cannot be used')
    .argument('<DATA>', DATA_HELP)
    .option('--json', 'print one JSON object')
    .action(async (data: string, options: ImageSelectionOptions) => {
      const { output } = context;
      const begin = context.now();
      try {
        const inspection = await inspectDataset(await datasetSourceOf(data, options, context), {
          ...loadOptions(),
          onProgress: (done, total) => output.progress(`reading images ${done} / ${total}`),
        });
        output.progress('');
        const seconds = Math.round(context.now() - begin) / 1000;
        output.say(describeDataset(inspection, seconds), { type: 'dataset', ...inspection, seconds });
      } finally {
        output.progress('');
      }
    });
  return addChoiceOptions(command);
}

/** Formats an inspection as lines of text. */
export function describeDataset(inspection: Inspection, seconds: number): string[] {
  const { name, source, shape, count, skipped, fingerprint, labels, unlabelled, split } = inspection;
  const colours = shape.channels === 3 ? 'colour' : 'grey';
  const kind = KINDS[source.kind];
  const lines: [string, string][] = [
    ['dataset', `${visibleText(name, MAX_NAME_LENGTH)}, ${kind}`],
    ['images', `${formatCount(count)} used, ${formatCount(skipped.length)} skipped`],
    ['originals', originalsText(inspection)],
    ['in a run', `${shape.width}x${shape.height}, ${colours}, unless it asks for another size`],
    ['split', splitText(split)],
    ['labels', labels ? `${labels.length} classes, ${formatCount(unlabelled)} images without one` : 'none'],
    ...limited(labels ?? [], (label): [string, string] => [
      '',
      `${visibleText(label.name, MAX_NAME_LENGTH)}: ${formatCount(label.count)}`,
    ]),
    ...limited(skipped, ({ path, reason }): [string, string] => [
      'skipped',
      `${visibleText(path)}: ${visibleText(reason)}`,
    ]),
    ['fingerprint', fingerprint],
    ['read in', `${seconds.toFixed(1)} s`],
  ];
  return lines.map(([title, text]) => `${title.padEnd(12)} ${text}`);
}

const KINDS: Readonly<Record<Inspection['source']['kind'], string>> = {
  digits: 'built-in digits',
  folder: 'a folder of images',
  idx: 'IDX',
  npy: 'a NumPy array',
  zip: 'a ZIP or NumPy archive',
  tar: 'tar archive',
  parquet: 'Parquet',
};

function originalsText({ originals: { sizes, looked, coloured } }: Inspection): string {
  const common = sizes[0];
  if (!common) return 'none readable';
  const range = (side: 'width' | 'height'): string => {
    const all = sizes.map((size) => size[side]);
    return `${all.reduce((a, b) => Math.min(a, b))} to ${all.reduce((a, b) => Math.max(a, b))}`;
  };
  const size = `${common.width}x${common.height}`;
  const sizeText =
    sizes.length === 1
      ? `all ${size}`
      : `widths ${range('width')}, heights ${range('height')}, most often ${size} (${formatCount(common.count)})`;
  return `${sizeText}; ${formatCount(coloured)} of ${formatCount(looked)} inspected have colour`;
}

function splitText(split: Inspection['split']): string {
  if (typeof split === 'string') return `none: ${split}`;
  const { train, validation, test, own } = split;
  const parts = `${formatCount(train)} training, ${formatCount(validation)} validation, ${formatCount(test)} test`;
  return `${parts} (${own ? 'its own' : 'drawn at random'})`;
}

function limited<T>(items: readonly T[], line: (item: T) => [string, string]): [string, string][] {
  const rest = items.length - MAX_LINES;
  const lines = items.slice(0, MAX_LINES).map(line);
  return rest > 0 ? [...lines, ['', `and ${formatCount(rest)} more; --json lists all`]] : lines;
}
