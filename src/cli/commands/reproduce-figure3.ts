import { Command, InvalidArgumentError } from 'commander';
import { differenceText } from '../../paper/compare';
import { PAPER_TRAIN_SIZES } from '../../paper/figure3';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { figure3 } from '../figure/figure3';
import { METHOD_NAMES } from '../figure/legend';
import { checkTrainSizes, likelihoodPanels, reproduceLikelihoods } from '../figure3-run';
import type { LikelihoodResult } from '../figure3-run';
import { likelihoodJson, likelihoodMarkdown, paperLikelihood } from '../figure3-table';
import { formatCount } from '../../text/format-count';
import { formatNats } from '../format';
import { addReproduceOptions, experimentOf, sayInterrupted, writeResults } from '../reproduce';
import type { ReproduceOptions } from '../reproduce';

interface Options extends ReproduceOptions {
  readonly trainSizes: readonly number[];
  readonly importance: number;
}

const EXAMPLES = `
Examples:
  vae reproduce figure3 --data mnist
  vae reproduce figure3 --train-sizes 1000 --samples 1e5

100 hidden units, 3 latent dimensions. The paper's data is MNIST: a folder with its four IDX files. Its third algorithm,
Monte Carlo EM, is not repeated. After an interruption, the same command continues where it stopped.`;

/**
 * `vae reproduce figure3`: the marginal likelihood against training samples, for AEVB and wake-sleep, with few and many
 * training images.
 */
export function reproduceFigure3Command(context: Context): Command {
  const command = new Command('figure3')
    .description('marginal likelihood of AEVB and wake-sleep for 1,000 and 50,000 training images')
    .option('--train-sizes <list>', 'training images of each panel', sizes, PAPER_TRAIN_SIZES)
    .option('--importance <k>', 'draws per image of the estimate L_k', wholeNumber(1, 1e6), 1000)
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { experiment, out } = await experimentOf(options, context);
      const { trainSizes, importance: k } = options;
      checkTrainSizes(trainSizes, experiment);
      const results: LikelihoodResult[] = [];
      for (const trainSize of trainSizes) {
        for (const method of options.algorithms) {
          const result = await reproduceLikelihoods(trainSize, method, k, experiment, context);
          if (result === null) return sayInterrupted(context);
          results.push(result);
          sayRun(result, k, context);
        }
      }
      const { dataset, samples, seed } = experiment;
      const title = `Figure 3 on ${dataset.name}: ${formatCount(samples)} samples, seed ${seed}`;
      const written = {
        drawing: figure3(likelihoodPanels(results), title),
        markdown: likelihoodMarkdown(experiment, k, results),
        json: likelihoodJson(experiment, k, results),
      };
      await writeResults(out, 'figure3', written, context);
    });
  return addReproduceOptions(command, 'figure3');
}

/** Parses a comma-separated list of sizes into ascending order without duplicates. @throws InvalidArgumentError */
function sizes(text: string): readonly number[] {
  const parse = wholeNumber(1);
  try {
    return [...new Set(text.split(',').map((part) => parse(part.trim())))].sort((a, b) => a - b);
  } catch {
    throw new InvalidArgumentError('Expected whole numbers of at least 1, with commas between them.');
  }
}

function sayRun(result: LikelihoodResult, k: number, context: Context): void {
  const { trainSize, method, points, folder } = result;
  const point = points.at(-1)!;
  const { logLikelihood, standardError } = point.test;
  const paper = paperLikelihood(result, point, 'test');
  const beside =
    paper === null
      ? 'the paper has no value there'
      : `paper ${paper.toFixed(1)} (${differenceText(logLikelihood - paper)})`;
  context.output.say(
    `${formatCount(trainSize)} training images, ${METHOD_NAMES[method]}, at ${formatCount(point.samples)} samples: test L_${k} ${formatNats(logLikelihood)} (standard error ${formatNats(standardError)}), ${beside}`,
    {
      ...{ type: 'panel', trainSize, algorithm: method, samples: point.samples, k },
      ...{ test: logLikelihood, standardError, paper, folder },
    },
  );
}
