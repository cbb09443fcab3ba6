import { Command } from 'commander';
import { manifold } from '../../model/manifold';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { outputPath, resultPath, writePng } from '../files';
import { describeDimensions, mainDimensions } from '../latent';
import { withModel } from '../open-run';
import { intoRows, tileRows } from '../../images/tiles';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';

interface Options extends EngineFlags {
  readonly side: number;
  readonly out?: string;
}

/** `vae manifold RUN`: decodes a grid of quantiles of the prior in two latent dimensions. */
export function manifoldCommand(context: Context): Command {
  const command = new Command('manifold')
    .description(
      'draw a grid of decoded points: the unit square mapped through the inverse normal distribution function',
    )
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--side <n>', 'pictures in each direction', wholeNumber(2, 100), 20)
    .option('--out <grid.png>', 'file to write (default: pictures/manifold.png in the run folder)')
    .action(async (run: string, options: Options) => {
      const wanted = options.out === undefined ? null : await outputPath(options.out, context.cwd, ['.png']);
      await withModel(run, options, context, async (model, folder) => {
        const dimensions = await mainDimensions(model, folder);
        const pictures = await manifold(model, options.side, dimensions);
        const out = wanted ?? (await resultPath(folder, 'pictures', 'manifold.png'));
        await writePng(out, tileRows(intoRows(pictures, options.side), 1));
        const { latent } = model.config.model;
        context.output.say(`${describeDimensions(dimensions, latent)}: ${out}`, {
          type: 'manifold',
          out,
          dimensions,
          latent,
        });
      });
    });
  return addEngineOptions(command);
}
