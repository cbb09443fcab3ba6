import { resolve } from 'node:path';
import { Command } from 'commander';
import { MAX_WAYPOINTS } from '../../protocol/latent';
import { encodeNpy } from '../../runs/npy';
import { pathJson } from '../../runs/interpolation-json';
import { MAX_FRAMES } from '../../model/interpolate';
import { loadModelInput } from '../../model/load-model-input';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { badInput } from '../exit';
import { outputPath, resultPath, writePng } from '../files';
import { interpolateImages } from '../latent';
import { withModel } from '../open-run';
import { tileRows } from '../../images/tiles';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { writeOutput } from '../write-output';

const FORMATS = ['.png', '.npy', '.json'];

interface Options extends EngineFlags {
  readonly frames: number;
  readonly spherical?: boolean;
  readonly out?: string;
}

/** `vae interpolate RUN IMAGES...`: a strip of pictures decoded along a path through images, or the latent points of the path. */
export function interpolateCommand(context: Context): Command {
  const command = new Command('interpolate')
    .description('draw a strip of pictures along a path through two or more images')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('<IMAGES...>', `image files, 2 to ${MAX_WAYPOINTS}`)
    .option('--frames <n>', 'number of pictures, including the images', wholeNumber(2, MAX_FRAMES), 11)
    .option('--spherical', 'follow the great circle instead of the straight line')
    .option(
      '--out <file>',
      'strip.png, or z.npy or z.json for the points (default: pictures/interpolation.png in the run folder)',
    )
    .action(async (run: string, images: string[], options: Options) => {
      const { frames, spherical = false } = options;
      if (images.length < 2 || images.length > MAX_WAYPOINTS)
        throw badInput(`got ${images.length} images, expected 2 to ${MAX_WAYPOINTS}`);
      if (frames < images.length)
        throw badInput(`--frames ${frames}: expected at least one for each of ${images.length} images`);
      const wanted = options.out === undefined ? null : await outputPath(options.out, context.cwd, FORMATS);
      await withModel(run, options, context, async (model, folder) => {
        const pixels: Uint8Array[] = [];
        for (const path of images) pixels.push(await loadModelInput(model, resolve(context.cwd, path)));
        const path = await interpolateImages(model, pixels, frames);
        const kind = spherical ? 'spherical' : 'linear';
        const out = wanted ?? (await resultPath(folder, 'pictures', 'interpolation.png'));
        const { latent } = model.config.model;
        const z = path.points[kind];
        if (/\.npy$/i.test(out)) await writeOutput(out, encodeNpy(z, [frames, latent]));
        else if (/\.json$/i.test(out))
          await writeOutput(
            out,
            pathJson({ run: folder, step: model.step, kind, images, at: path.points.at, z }),
          );
        else await writePng(out, tileRows([path[kind]], 2));
        context.output.say(`${frames} frames, ${kind}: ${out}`, { type: 'interpolated', out, frames, kind });
      });
    });
  return addEngineOptions(command);
}
