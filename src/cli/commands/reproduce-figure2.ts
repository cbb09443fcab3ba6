import { Command } from 'commander';
import { differenceText } from '../../paper/compare';
import { PAPER_LATENTS } from '../../paper/figure2';
import type { PaperLatent } from '../../paper/figure2';
import type { Context } from '../context';
import { figure2 } from '../figure/figure2';
import { METHOD_NAMES } from '../figure/legend';
import { panelsOf, reproduceRun } from '../figure2-run';
import type { RunResult } from '../figure2-run';
import { jsonTable, markdownTable } from '../figure2-table';
import { formatCount } from '../../text/format-count';
import { formatNats } from '../format';
import { addReproduceOptions, experimentOf, sayInterrupted, someOf, writeResults } from '../reproduce';
import type { ReproduceOptions } from '../reproduce';

interface Options extends ReproduceOptions {
  readonly latents: readonly PaperLatent[];
}

const EXAMPLES = `
Examples:
  vae reproduce figure2 --data mnist
  vae reproduce figure2 --data mnist --latents 3,20 --samples 1e7 --algorithms aevb

The paper's data is MNIST: a folder with its four IDX files. After an interruption, the same command continues where it stopped.`;

/** `vae reproduce figure2`: the lower bound against training samples, for AEVB and wake-sleep, in five latent spaces. */
export function reproduceFigure2Command(context: Context): Command {
  const command = new Command('figure2')
    .description('lower bound of AEVB and wake-sleep for latent spaces of 3 to 200 dimensions')
    .option('--latents <list>', 'panels to repeat', someOf(PAPER_LATENTS), PAPER_LATENTS)
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { experiment, out } = await experimentOf(options, context);
      const results: RunResult[] = [];
      for (const latent of options.latents) {
        for (const method of options.algorithms) {
          const result = await reproduceRun(latent, method, experiment, context);
          if (result === null) return sayInterrupted(context);
          results.push(result);
          sayRun(result, context);
        }
      }
      const { dataset, samples, seed } = experiment;
      const title = `Figure 2 on ${dataset.name}: ${formatCount(samples)} samples, seed ${seed}`;
      const written = {
        drawing: figure2(panelsOf(results), title),
        markdown: markdownTable(experiment, results),
        json: jsonTable(experiment, results),
      };
      await writeResults(out, 'figure2', written, context);
    });
  return addReproduceOptions(command, 'figure2');
}

function sayRun(
  { latent, method, samples, test, paper, difference, folder }: RunResult,
  context: Context,
): void {
  const beside =
    paper === null || difference === null
      ? 'the paper has no value there'
      : `paper ${paper.toFixed(1)} (${differenceText(difference)})`;
  context.output.say(
    `Nz ${latent}, ${METHOD_NAMES[method]}, at ${formatCount(samples)} samples: test bound ${formatNats(test.elbo)} (standard error ${formatNats(test.standardError)}), ${beside}`,
    {
      type: 'panel',
      latent,
      algorithm: method,
      samples,
      test: test.elbo,
      standardError: test.standardError,
      paper,
      difference,
      folder,
    },
  );
}
