import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { loadDataset, parseSource } from '../datasets/load';
import { PAPER_METHODS } from '../paper/figure2';
import type { PaperMethod } from '../paper/figure2';
import { isMnist } from '../paper/setting';
import { loadOptions } from '../engine-process/jobs/load-options';
import { wholeNumber } from './arguments';
import type { Context } from './context';
import { badInput } from './exit';
import type { Drawing } from './figure/drawing';
import { toSvg } from './figure/svg';
import { svgToPng } from './figure/svg-to-png';
import { checkImages, START_VALUES } from './repeated-run';
import type { Experiment } from './repeated-run';
import { addEngineOptions } from './training';
import type { EngineFlags } from './training';
import { writeOutput } from './write-output';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/** Options shared by all figures. */
export interface ReproduceOptions extends EngineFlags {
  readonly data: string;
  readonly algorithms: readonly PaperMethod[];
  readonly samples: number;
  readonly seed: number;
  readonly start: Experiment['start'];
  readonly out: string;
  readonly runs?: string;
}

/** PNG pixels per CSS pixel. */
const PNG_SCALE = 2;

/**
 * Adds the options shared by all figures.
 * @param name of the figure, and default of the output folder
 */
export function addReproduceOptions(command: Command, name: string): Command {
  command
    .option('--data <source>', '28 × 28 grey images: a folder with the MNIST files, or `digits`', 'digits')
    .option('--algorithms <list>', 'learning algorithms', someOf(PAPER_METHODS), PAPER_METHODS)
    .option('--samples <n>', 'training datapoints of each run', wholeNumber(1), 1e6)
    .option('--seed <n>', 'seed of start values, minibatches and noise', wholeNumber(0), 0)
    .addOption(
      new Option('--start <reading>', 'meaning of 0.01 in N(0, 0.01), the distribution of start values')
        .choices(Object.keys(START_VALUES))
        .default('variance'),
    )
    .option('--out <dir>', 'folder to write into', name)
    .option('--runs <dir>', 'folder of the run folders (default: runs in --out)');
  return addEngineOptions(command);
}

/** Returns a parser of comma-separated items of `known`, which keeps the order of `known`. @throws InvalidArgumentError */
export function someOf<T extends string | number>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const wanted = text.split(',').map((part) => part.trim());
    const names = known.map(String);
    if (wanted.every((part) => names.includes(part)))
      return known.filter((one) => wanted.includes(String(one)));
    throw new InvalidArgumentError(`Expected some of ${names.join(', ')}, with commas between them.`);
  };
}

/**
 * Loads the dataset and resolves the output folders.
 * @throws CliError if a path is not a folder or the images have another size
 */
export async function experimentOf(
  options: ReproduceOptions,
  context: Context,
): Promise<{ readonly experiment: Experiment; readonly out: string }> {
  const out = await folderOption('--out', options.out, context);
  const runs =
    options.runs === undefined ? join(out, 'runs') : await folderOption('--runs', options.runs, context);
  const dataset = await loadDataset(await parseSource(options.data, context.cwd), loadOptions());
  checkImages(dataset);
  if (!isMnist(dataset.fingerprint)) {
    context.output.warn(`${dataset.name} is not MNIST: the paper's curves are of other images than these`);
  }
  const { samples, seed, start } = options;
  return { experiment: { dataset, samples, seed, start, runs, engine: options }, out };
}

/** Resolves the path of a folder option. @throws CliError if it exists and is not a folder */
async function folderOption(name: string, text: string, context: Context): Promise<string> {
  const path = resolve(context.cwd, text);
  const there = await stat(path).catch(() => null);
  if (there && !there.isDirectory())
    throw badInput(`${name} ${text}: this is a file; expected a folder, which is made where needed`);
  return path;
}

export function sayInterrupted(context: Context): void {
  const message = 'stopped at a checkpoint; the same command continues from there';
  context.output.say(message, { type: 'ended', state: 'stopped', message });
}

/** Writes the figure as SVG and PNG and the table as Markdown and JSON, and prints their paths. */
export async function writeResults(
  out: string,
  name: string,
  {
    drawing,
    markdown,
    json,
  }: { readonly drawing: Drawing; readonly markdown: string; readonly json: object },
  context: Context,
): Promise<void> {
  const path = (file: string): string => join(out, file);
  await ensureFolder(out);
  const svg = toSvg(drawing);
  await writeOutput(path(`${name}.svg`), svg);
  await writeOutput(path(`${name}.png`), await svgToPng(svg, PNG_SCALE));
  await writeOutput(path('table.md'), markdown);
  await writeOutput(path('table.json'), `${JSON.stringify(json, null, 2)}\n`);
  const files = [`${name}.svg`, `${name}.png`, 'table.md', 'table.json'].map(path);
  context.output.say(files, { type: 'figure', files });
}
