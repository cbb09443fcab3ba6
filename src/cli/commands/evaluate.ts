import { Command, Option } from 'commander';
import { SPLIT_NAMES } from '../../domain/split';
import type { SplitName } from '../../domain/split';
import type { Dataset } from '../../datasets/dataset';
import { binarised } from '../../datasets/sampling/binarise';
import { loadDataset } from '../../datasets/load';
import { datasetSourceOf } from '../dataset-options';
import { splitDataset } from '../../datasets/split';
import { boundLabel } from '../../runs/bound-label';
import { disentanglement, knownFactors } from '../../model/disentanglement';
import { evenlySpread } from '../../model/evaluation';
import { loadRunDataset } from '../../model/run-dataset';
import type { Model } from '../../model/model';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { evaluateImages } from '../evaluation';
import { disentanglementText, evaluationFields, evaluationText } from '../evaluation-report';
import { outputPath } from '../files';
import { withModel } from '../open-run';
import { perImageCsv } from '../per-image';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { writeOutput } from '../write-output';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { MAX_IMPORTANCE_DRAWS } from '../../domain/limits';

interface Options extends EngineFlags {
  readonly data?: string;
  readonly split: SplitName | 'all';
  readonly limit?: number;
  readonly seed: number;
  readonly draws: number;
  readonly importance?: number;
  readonly perImage?: string;
  readonly disentanglement?: true;
}

const DETAILS = `
The bound is the mean over images of log p(x|z) - KL, with its standard error over images. L_k (--importance) is the
importance-weighted bound: it lies between the bound and log p(x), and rises with k; published figures use k = 5000.
Each result is printed with its conditions: likelihood, binarisation, split, number of images and draws, and seed.`;

/** `vae evaluate RUN`: the bound of a split in nats per datapoint, with its terms and standard error, and optional measures. */
export function evaluateCommand(context: Context): Command {
  const splits = new Option('--split <name>', 'part of the dataset to evaluate').choices([
    ...SPLIT_NAMES,
    'all',
  ]);
  const command = new Command('evaluate')
    .description('compute the bound on a split, in nats per datapoint')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--data <source>', 'evaluate another dataset than the run was trained on')
    .addOption(splits.default('test'))
    .option('--limit <n>', 'evaluate this many images, spread evenly over the split', wholeNumber(1))
    .option('--draws <n>', 'number of posterior draws per image', wholeNumber(1), 1)
    .option(
      '--importance <k>',
      'also compute L_k with k draws per image',
      wholeNumber(1, MAX_IMPORTANCE_DRAWS),
    )
    .option('--seed <n>', 'seed of these draws', wholeNumber(0), 0)
    .option('--per-image <file>', 'write the bounds of each image to a .csv file')
    .option(
      '--disentanglement',
      'also compute MIG, SAP and DCI (built-in digits only: their factors are known)',
    )
    .addHelpText('after', DETAILS)
    .action(async (run: string, options: Options) => {
      const { perImage } = options;
      const file =
        perImage === undefined ? null : await outputPath(perImage, context.cwd, ['.csv'], '--per-image');
      await withModel(run, options, context, (model, folder) =>
        evaluate(model, folder, options, file, context),
      );
    });
  return addEngineOptions(command);
}

async function datasetOf(model: Model, folder: string, options: Options, context: Context): Promise<Dataset> {
  const { config, shape } = model;
  const { data } = config;
  const warn = (message: string): void => context.output.warn(message);
  const dataset =
    options.data === undefined
      ? await loadRunDataset(folder, config, loadOptions(), warn)
      : await loadDataset(await datasetSourceOf(options.data, {}, context), { ...shape, ...loadOptions() });
  return binarised(dataset, data.binarisation, data.split.seed);
}

async function evaluate(
  model: Model,
  folder: string,
  options: Options,
  file: string | null,
  context: Context,
): Promise<void> {
  const { output } = context;
  const { split, limit, seed, draws, importance = 0 } = options;
  const { config, step } = model;
  const dataset = await datasetOf(model, folder, options, context);
  const whole =
    split === 'all'
      ? Uint32Array.from({ length: dataset.count }, (_, i) => i)
      : splitDataset(dataset, config.data.split)[split];
  const rows = evenlySpread(whole, limit ?? whole.length);
  // Rejects a dataset without known factors before the long evaluation.
  const factors = options.disentanglement ? knownFactors(dataset, rows) : null;
  const evaluation = await evaluateImages(model, dataset, rows, { seed, draws, importance }, output);
  if (file !== null) await writeOutput(file, perImageCsv(dataset, rows, evaluation.perImage));
  const scores = factors && disentanglement(evaluation.posterior.means, config.model.latent, factors);
  const { precision: trainedIn } = config.training;
  const conditions = { split, step, label: boundLabel(config), data: dataset.name, trainedIn };
  const texts = [
    ...evaluationText(evaluation, conditions),
    ...(scores ? disentanglementText(scores) : []),
    ...(file === null ? [] : [`bounds of each image in ${file}`]),
  ];
  output.say(texts, {
    ...evaluationFields(evaluation, conditions),
    run: folder,
    ...(scores ? { disentanglement: scores } : {}),
    ...(file === null ? {} : { perImage: file }),
  });
}
