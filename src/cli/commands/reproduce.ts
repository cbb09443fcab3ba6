import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { loadDataset, parseSource } from '../../data/load';
import { differenceText } from '../../paper/compare';
import { PAPER_LATENTS } from '../../paper/figure2';
import type { PaperLatent } from '../../paper/figure2';
import { isMnist } from '../../paper/setting';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { badInput } from '../exit';
import { figure2 } from '../figure/figure2';
import { rasterise } from '../figure/raster';
import { toSvg } from '../figure/svg';
import { writePng } from '../files';
import { formatCount, formatNats } from '../format';
import { checkImages, reproducePanel } from '../reproduction';
import type { Experiment, PanelResult } from '../reproduction';
import { jsonTable, markdownTable } from '../reproductionTable';
import { addEngineOptions } from '../training';
import type { EngineOptions } from '../training';
import { loading } from '../../worker/loading';

interface Options extends EngineOptions {
  readonly data: string;
  readonly latents: readonly PaperLatent[];
  readonly samples: number;
  readonly seed: number;
  readonly out: string;
  readonly runs?: string;
}

const EXAMPLES = `
Examples:
  vae reproduce figure2 --data mnist
  vae reproduce figure2 --data mnist --latents 3,20 --samples 1e7

The paper's data is MNIST: a folder with its four IDX files. Interrupted, the same command goes on where it stopped.`;

/** Pixels of the PNG to a CSS pixel. */
const PNG_SCALE = 2;

/** `vae reproduce figure2`: the paper's experiment, its figure with ours in it, and a table. */
export function reproduceCommand(context: Context): Command {
  const command = new Command('reproduce')
    .description('repeat an experiment of the paper and draw its figure with ours in it')
    .addArgument(new Argument('<WHAT>', 'what to repeat').choices(['figure2']))
    .option('--data <source>', '28x28 grey images: a folder with the files of MNIST, or `digits`', 'digits')
    .option('--latents <list>', 'panels to repeat', latents, PAPER_LATENTS)
    .option('--samples <n>', 'training datapoints of each panel', wholeNumber(1), 1e6)
    .option('--seed <n>', 'of start values, minibatches and noise', wholeNumber(0), 0)
    .option('--out <dir>', 'folder to write into', 'figure2')
    .option('--runs <dir>', 'folder of the run folders (default: runs in --out)')
    .addHelpText('after', EXAMPLES)
    .action(async (_what: string, options: Options) => {
      const out = await folderOption('--out', options.out, context);
      const runs =
        options.runs === undefined ? join(out, 'runs') : await folderOption('--runs', options.runs, context);
      const dataset = await loadDataset(await parseSource(options.data, context.cwd), loading());
      checkImages(dataset);
      if (!isMnist(dataset.fingerprint))
        context.output.warn(
          `${dataset.name} is not MNIST: the paper's curves are of other images than these`,
        );
      const { samples, seed } = options;
      const experiment: Experiment = { dataset, samples, seed, runs, engine: options };
      const results: PanelResult[] = [];
      for (const latent of options.latents) {
        const result = await reproducePanel(latent, experiment, context);
        if (result === null) return sayInterrupted(context);
        results.push(result);
        sayPanel(result, context);
      }
      const files = await writeResults(out, experiment, results);
      context.output.say(files.join('\n'), { type: 'figure', files });
    });
  return addEngineOptions(command);
}

/** @throws InvalidArgumentError */
function latents(text: string): readonly PaperLatent[] {
  const wanted = text.split(',').map((part) => part.trim());
  const known = PAPER_LATENTS.map(String);
  if (wanted.every((part) => known.includes(part)))
    return PAPER_LATENTS.filter((latent) => wanted.includes(String(latent)));
  throw new InvalidArgumentError(`Expected some of ${PAPER_LATENTS.join(', ')}, with commas between them.`);
}

/** @throws CliError if something else than a folder is there */
async function folderOption(name: string, text: string, context: Context): Promise<string> {
  const path = resolve(context.cwd, text);
  const there = await stat(path).catch(() => null);
  if (there && !there.isDirectory())
    throw badInput(`${name} ${text}: this is a file; expected a folder, which is made where needed`);
  return path;
}

function sayPanel({ latent, samples, test, paper, difference, folder }: PanelResult, context: Context): void {
  const beside =
    paper === null || difference === null
      ? 'the paper has no value there'
      : `paper ${paper.toFixed(1)} (${differenceText(difference)})`;
  context.output.say(
    `Nz ${latent} at ${formatCount(samples)} samples: test bound ${formatNats(test.elbo)} (standard error ${formatNats(test.standardError)}), ${beside}`,
    {
      type: 'panel',
      latent,
      samples,
      test: test.elbo,
      standardError: test.standardError,
      paper,
      difference,
      folder,
    },
  );
}

function sayInterrupted(context: Context): void {
  const message = 'stopped at a checkpoint; the same command goes on from there';
  context.output.say(message, { type: 'ended', state: 'stopped', message });
}

/** @returns the files written */
async function writeResults(
  out: string,
  experiment: Experiment,
  results: readonly PanelResult[],
): Promise<string[]> {
  const { dataset, samples, seed } = experiment;
  const title = `Figure 2 on ${dataset.name}: AEVB, ${formatCount(samples)} samples, seed ${seed}`;
  const drawing = figure2(
    results.map(({ figure }) => figure),
    title,
  );
  const path = (name: string): string => join(out, name);
  await mkdir(out, { recursive: true });
  await writeFile(path('figure2.svg'), toSvg(drawing));
  await writePng(path('figure2.png'), rasterise(drawing, PNG_SCALE));
  await writeFile(path('table.md'), markdownTable(experiment, results));
  await writeFile(path('table.json'), `${JSON.stringify(jsonTable(experiment, results), null, 2)}\n`);
  return ['figure2.svg', 'figure2.png', 'table.md', 'table.json'].map(path);
}
