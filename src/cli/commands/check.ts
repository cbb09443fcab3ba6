import { setImmediate as turn } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../../../package.json';
import { binarised } from '../../datasets/sampling/binarise';
import { loadDataset } from '../../datasets/load';
import { confirmedSource } from '../../datasets/parse-source';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { checkImages } from '../../model/check-images';
import type { CheckProgress, CheckResult } from '../../model/check-images';
import type { Dataset } from '../../datasets/dataset';
import type { Model } from '../../model/model';
import { formatCount } from '../../text/format-count';
import { counted } from '../../tools/counted';
import { visibleJson } from '../../text/visible-text';
import { findingsOf } from '../check/findings';
import type { Finding } from '../check/findings';
import { toSarif } from '../check/sarif';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { untilInterrupted } from '../evaluation';
import { EXIT } from '../exit';
import { outputPath } from '../files';
import { withModel } from '../open-run';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { writeOutput } from '../write-output';

const DETAILS = `
duplicate             the same pixels as an earlier image, in the shape that the model sees
near-duplicate        among the pairs that the model places closest, pixels that differ by at most --difference
worst-reconstructed   an error of the reconstruction at least --deviations above the mean
skipped-file          a file of the dataset that cannot be used

json    one object: { type, data, run, step, images, meanError, findings: [{ rule, level, message, id, file, other, ... }] }
sarif   a log in SARIF 2.1.0, with paths relative to the current folder

Exit codes: 0 nothing was found, 3 something was found (0 with --exit-zero), 2 bad input, 1 failure.`;

const FORMATS = ['text', 'json', 'sarif'] as const;

interface Options extends EngineFlags, ImageSelectionOptions {
  readonly model: string;
  readonly format: (typeof FORMATS)[number];
  /** In percent of the range. */
  readonly difference: number;
  readonly deviations: number;
  readonly out?: string;
  readonly exitZero?: true;
}

/** `vae check DATA --model RUN`: duplicates, badly reconstructed images and skipped files of a dataset, for people and for CI. */
export function checkCommand(context: Context): Command {
  const command = new Command('check')
    .description('look for duplicates, badly reconstructed images and files that cannot be used')
    .argument('<DATA>', DATA_HELP)
    .requiredOption('--model <RUN>', 'the run whose model encodes and reconstructs the images')
    .addOption(new Option('--format <name>', 'form of the result').choices(FORMATS).default('text'))
    .option(
      '--difference <percent>',
      'near-duplicates differ by at most this part of the pixel range',
      number,
      3,
    )
    .option(
      '--deviations <n>',
      'report errors of at least this many standard deviations above the mean',
      number,
      4,
    )
    .option('--out <file>', 'write the result into a .json, .sarif or .txt file')
    .option('--exit-zero', 'exit with 0 also if something was found')
    .addHelpText('after', DETAILS)
    .action(async (data: string, options: Options) => {
      const out =
        options.out === undefined
          ? null
          : await outputPath(options.out, context.cwd, ['.json', '.sarif', '.txt']);
      const source = await confirmedSource(await datasetSourceOf(data, options, context));
      await withModel(options.model, options, context, async (model, folder) => {
        const reading = { ...model.shape, ...loadOptions() };
        const dataset = await loadDataset(source, reading);
        const { findings: found, meanError } = await checked(model, dataset, options, context);
        const findings = findingsOf(dataset, found);
        const facts = {
          ...{ type: 'check', data, run: folder, step: model.step, images: dataset.count, meanError },
          findings: findings.map(plain),
        };
        const format = context.output.json ? 'json' : options.format;
        const text = {
          text: () => [...findings.map(lineOf), summary(findings, dataset)].join('\n'),
          json: () => visibleJson(facts),
          sarif: () => visibleJson(toSarif(findings, context.cwd, version)),
        }[format]();
        if (out !== null) {
          await writeOutput(out, `${text}\n`);
          context.output.say(`${summary(findings, dataset)}: ${out}`, {
            type: 'checked',
            out,
            found: findings.length,
          });
        } else if (format === 'text')
          context.output.say([...findings.map(lineOf), summary(findings, dataset)], null);
        else context.output.print(text);
        if (findings.length > 0 && !options.exitZero) context.exitCode = EXIT.found;
      });
    });
  return addEngineOptions(addChoiceOptions(command));
}

const PARTS: Readonly<Record<CheckProgress['part'], string>> = {
  encoding: 'encoding images',
  duplicates: 'looking for duplicates',
  reconstructions: 'reconstructing images',
};

function checked(
  model: Model,
  dataset: Dataset,
  { difference, deviations }: Options,
  { output }: Context,
): Promise<CheckResult> {
  const { binarisation, split } = model.config.data;
  const seen = binarised(dataset, binarisation, split.seed);
  return untilInterrupted(async (signal) => {
    const limits = { difference: difference / 100, deviations };
    const steps = checkImages(model, dataset, seen, limits, signal);
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      output.progress(`${PARTS[next.value.part]}: ${Math.floor(100 * next.value.done)} %`);
      // Signals of the system are delivered between the turns of the event loop.
      await turn();
      signal.throwIfAborted();
    }
  }).finally(() => output.progress(''));
}

const plain = ({ rule, level, message, place, other, values }: Finding): object => ({
  ...{ rule, level, message, id: place.id, file: place.file },
  ...(other === null ? {} : { other: other.id, otherFile: other.file }),
  ...values,
});

const lineOf = ({ place, level, rule, message }: Finding): string =>
  `${place.id}: ${level}: ${message} (${rule})`;

function summary(findings: readonly Finding[], { count, skipped }: Dataset): string {
  const looked = `${counted(count, 'image')} and ${counted(skipped.length, 'skipped file')}`;
  return findings.length === 0
    ? `nothing was found in ${looked}`
    : `${formatCount(findings.length)} found in ${looked}`;
}

/** @throws InvalidArgumentError */
function number(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 100.');
}
