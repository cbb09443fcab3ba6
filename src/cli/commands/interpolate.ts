import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { loadImage } from '../../data/load';
import { MAX_FRAMES } from '../../train/interpolate';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { outputPath, picturesFolder, writePng } from '../files';
import { interpolateImages } from '../latent';
import { withModel } from '../openRun';
import { tileRows } from '../tiles';
import { addEngineOptions } from '../training';
import type { EngineOptions } from '../training';

interface Options extends EngineOptions {
  readonly frames: number;
  readonly spherical?: boolean;
  readonly out?: string;
}

/** `vae interpolate RUN IMAGE IMAGE`: a strip of pictures between two images. */
export function interpolateCommand(context: Context): Command {
  const command = new Command('interpolate')
    .description('a strip of pictures on the way between two images')
    .argument('<RUN>', 'run folder, name, or `latest`')
    .argument('<FROM>', 'image file')
    .argument('<TO>', 'image file')
    .option('--frames <n>', 'pictures, the two ends included', wholeNumber(2, MAX_FRAMES), 11)
    .option('--spherical', 'along the great circle instead of the straight line')
    .option('--out <strip.png>', 'file to write (default: pictures/interpolation.png in the run folder)')
    .action(async (run: string, from: string, to: string, options: Options) => {
      const wanted = options.out === undefined ? null : await outputPath(options.out, context.cwd, ['.png']);
      await withModel(run, options, context, async (model, folder) => {
        const ends = [from, to].map((path) => loadImage(resolve(context.cwd, path), model.shape));
        const [first, last] = (await Promise.all(ends)) as [Uint8Array, Uint8Array];
        const path = await interpolateImages(model, first, last, options.frames);
        const out = wanted ?? join(picturesFolder(folder), 'interpolation.png');
        await writePng(out, tileRows([options.spherical ? path.spherical : path.linear], 2));
        const kind = options.spherical ? 'spherical' : 'linear';
        const { frames } = options;
        context.output.say(`${frames} frames, ${kind}: ${out}`, { type: 'interpolated', out, frames, kind });
      });
    });
  return addEngineOptions(command);
}
