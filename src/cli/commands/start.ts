import { relative } from 'node:path';
import { Command } from 'commander';
import { SPLIT_NAMES } from '../../domain/split';
import type { Dataset, DatasetSource, Split } from '../../datasets/dataset';
import { loadDataset } from '../../datasets/load';
import { DATA_HELP, datasetSourceOf } from '../dataset-options';
import { splitDataset } from '../../datasets/split';
import type { Model } from '../../model/model';
import { boundLabel } from '../../runs/bound-label';
import type { Context } from '../context';
import { openEditor } from '../editor';
import { EXIT } from '../exit';
import { boundFields, boundText, evaluateSplit } from '../evaluation';
import { describeDimensions } from '../latent';
import { withModel } from '../open-run';
import { writeShowcase } from '../showcase';
import { addTrainingOptions, sayOutcome, toRequest, trainNew } from '../training';
import type { TrainingOptions } from '../training';
import { loadOptions } from '../../engine-process/jobs/load-options';

interface Options extends TrainingOptions {
  readonly data: string;
  readonly open: boolean;
}

interface Plan {
  readonly source: DatasetSource;
  readonly set: Readonly<Record<string, string>>;
}

/** Time limit of `vae start` for training, in seconds, unless --samples is given. */
const TRAINING_SECONDS = 120;
/** Epochs without a better validation bound after which training stops. */
const PATIENCE = '3';
const DIGITS = { kind: 'digits' as const, count: 10_000, seed: 0 } satisfies DatasetSource;
/** `vae start`, behind `npm start`: trains a first run, writes pictures and opens the editor. */
export function startCommand(context: Context): Command {
  const command = new Command('start')
    .description('train on the built-in digits for two minutes, write pictures, open VS Code')
    .option('--data <source>', DATA_HELP, 'digits')
    .option('--no-open', 'do not open VS Code')
    .action(async (options: Options) => {
      const { source, set } = await plan(options, context);
      const limit = options.samples === undefined ? TRAINING_SECONDS : undefined;
      const request = toRequest(source, { ...options, set });
      const { folder, result } = await trainNew(request, options, context, limit);
      if (context.exitCode === EXIT.interrupted) return sayOutcome(folder, result, context);
      const ending = result.state === 'finished' ? result.message : `after ${TRAINING_SECONDS} seconds`;
      context.output.say(`training ended: ${ending}`, {
        type: 'ended',
        state: result.state,
        message: ending,
        folder,
      });
      await withModel(folder, options, context, (model) => report(model, folder, context));
      await explore(options, context);
    });
  return addTrainingOptions(command, 'fast');
}

/** Returns the dataset and the preset overrides. Explicit options take precedence. */
async function plan(options: Options, context: Context): Promise<Plan> {
  const settles: Record<string, string> = options.samples === undefined ? { patience: PATIENCE } : {};
  const source = options.data === 'digits' ? DIGITS : await datasetSourceOf(options.data, {}, context);
  return { source, set: { ...settles, ...options.set } };
}

async function report(model: Model, folder: string, context: Context): Promise<void> {
  const { output, cwd } = context;
  const { data } = model.config;
  const dataset: Dataset = await loadDataset(data.source, { ...model.shape, ...loadOptions() });
  const split: Split = splitDataset(dataset, data.split);
  for (const name of SPLIT_NAMES) {
    const bound = await evaluateSplit(model, dataset, split, name, { draws: 1, seed: 0 }, output);
    output.say(boundText(bound), { type: 'evaluation', ...boundFields(bound) });
  }
  output.say(`(bound = reconstruction - KL; ${boundLabel(model.config)})`, null);
  const { pictures, images, manifoldDimensions } = await writeShowcase(model, dataset, split, folder);
  output.say(describeDimensions(manifoldDimensions, model.config.model.latent), null);
  for (const path of pictures) output.say(`  ${relative(cwd, path)}`, null);
  if (images.length > 0)
    output.say(`images to try VAE: Encode with: ${relative(cwd, images[0]!)} and others beside it`, null);
  output.say(`run folder: ${folder}`, { type: 'pictures', folder, pictures, images, manifoldDimensions });
}

async function explore(options: Options, context: Context): Promise<void> {
  const { output, cwd } = context;
  if (options.open && output.terminal && (await openEditor(cwd))) {
    output.say('VS Code opens here; run `VAE: Open Explorer` from its command palette', null);
  } else
    output.say('to explore it in VS Code: npm run explore', { type: 'next', command: 'npm run explore' });
}
