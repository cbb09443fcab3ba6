import { dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadDataset } from '../../datasets/load';
import { packDataset } from '../../datasets/packed/pack-dataset';
import { packedName } from '../../datasets/packed/packed-names';
import { confirmedSource } from '../../datasets/parse-source';
import { formatSize } from '../../download/dataset';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import { parseRequest } from '../../runs/settings/parse-request';
import { formatCount } from '../../text/format-count';
import { keyValue, wholeNumber } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { badInput } from '../exit';
import { watchInterrupts } from '../interrupt';
import { writeOutputs } from '../write-output';

const DETAILS = `
Examples:
  vae pack --data photos --preset conv --set width=64 --out photos.safetensors
  vae submit --on lab --preset conv --set width=64 --data photos --data-on-cluster /shared/photos.safetensors

The images are decoded, cropped and resized as \`vae train\` with this preset and these settings reads them, and written as rows of bytes, with
their ids, labels and split. \`vae train --data FILE\` trains on them as on the images themselves: both have the same fingerprint. The
format is safetensors; the tensor 'images' has the shape [N, H, W, C].`;

interface PackOptions extends ImageSelectionOptions {
  readonly data: string;
  readonly out: string;
  readonly preset: PresetName;
  readonly set?: Readonly<Record<string, string>>;
  readonly partSize?: number;
}

const SUFFIX = /\.safetensors$/;

/** `vae pack`: writes a dataset as a run sees it, to one file or several, for other machines. */
export function packCommand(context: Context): Command {
  const command = new Command('pack')
    .description('write the images of a dataset as a run sees them, for a cluster or another machine')
    .requiredOption('--data <source>', DATA_HELP)
    .requiredOption('--out <file>', 'file to write, such as photos.safetensors')
    .addOption(
      new Option('--preset <name>', 'read the images for this preset').choices(PRESET_NAMES).default('fast'),
    )
    .option(
      '--set <key=value>',
      'change one value as for `vae train`, such as width=64; repeatable',
      keyValue,
    )
    .option(
      '--part-size <MB>',
      'write several files of at most this many megabytes of images each, called NAME-00001-of-00004.safetensors and so on',
      wholeNumber(1, 1_000_000),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', DETAILS)
    .action((options: PackOptions) => pack(options, context));
  return addChoiceOptions(command);
}

async function pack(
  { data, out, preset, set = {}, partSize, ...choice }: PackOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  const path = resolve(context.cwd, out);
  if (!SUFFIX.test(path))
    throw badInput(`--out: got ${out}, expected the name of a file that ends in .safetensors`);
  const given = await datasetSourceOf(data, choice, context);
  const { source, shape } = parseRequest({ source: given, preset, seed: 0, set });
  const interrupts = watchInterrupts({ onFirst: () => output.warn('stopping; nothing is written') });
  const { signal } = interrupts;
  try {
    const dataset = await loadDataset(await confirmedSource(source), {
      ...{ ...loadOptions(), ...shape, signal },
      onProgress: (done, total) =>
        output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
    });
    output.progress('writing');
    const parts = packDataset(dataset, partSize === undefined ? Infinity : partSize * 1e6);
    const files = parts.map(({ part, parts: of, size, pieces }) => {
      const name = packedName(path.slice(dirname(path).length + 1).replace(SUFFIX, ''), part, of);
      return { path: join(dirname(path), name), size, content: pieces(signal) };
    });
    await writeOutputs(files, signal);
    output.progress('');
    const { width, height, channels } = dataset.shape;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    output.say(
      [
        ...files.slice(0, 3).map((file) => `wrote ${file.path}, ${formatSize(file.size)}`),
        ...(files.length > 3
          ? [`and ${formatCount(files.length - 3)} more, ${formatSize(size)} in all`]
          : []),
        `${formatCount(dataset.count)} images of ${width} × ${height} × ${channels}, fingerprint ${dataset.fingerprint.slice(0, 12)}`,
      ],
      {
        ...{ type: 'packed', files: files.map((file) => ({ path: file.path, bytes: file.size })) },
        ...{ count: dataset.count, shape: dataset.shape, fingerprint: dataset.fingerprint },
      },
    );
  } finally {
    output.progress('');
    interrupts.dispose();
  }
}
