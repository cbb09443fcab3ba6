import { extname, resolve } from 'node:path';
import { Command } from 'commander';
import { encodeNpy } from '../../runs/npy';
import { encodeImages } from '../../model/encode';
import { loadModelInput } from '../../model/load-model-input';
import type { Model } from '../../model/model';
import type { Context } from '../context';
import { badInput, EXIT, toCliError } from '../exit';
import { outputPath } from '../files';
import { formatCount } from '../../text/format-count';
import { formatNats, formatTable } from '../format';
import { withModel } from '../open-run';
import { MAX_RESULT_LENGTH } from '../output';
import { encodedToArray, encodedToCsv, encodedToObjects } from '../tables';
import type { EncodedRow } from '../tables';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { writeOutput } from '../write-output';

const DETAILS = `
FILE.csv   id,elbo,reconstruction,kl,mean_0,...,logvariance_0,...
FILE.npy   float32 of shape [n, 2, Nz]: each image's mean, then its log-variance; FILE.ids.json has the n paths
FILE.json  an array of objects { id, elbo, reconstruction, kl, mean, logVariance }
A model that was trained elsewhere has no bound (NaN, or null in JSON) and, without a spread, a log-variance of -Infinity (null).
Images that cannot be read are skipped and listed on stderr; the exit code is then 2.`;

/** Images per engine call. */
const BATCH_IMAGES = 160;

/** `vae encode RUN IMAGES...`: posteriors and bounds of images, written to a file or printed. */
export function encodeCommand(context: Context): Command {
  const command = new Command('encode')
    .description('compute the posterior (mean and log-variance per latent dimension) and the bound of images')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('<IMAGES...>', 'image files')
    .option('--out <file>', 'write a .csv, .npy or .json file')
    .addHelpText('after', DETAILS)
    .action(async (run: string, images: string[], options: EngineFlags & { readonly out?: string }) => {
      const out =
        options.out === undefined
          ? null
          : await outputPath(options.out, context.cwd, ['.csv', '.npy', '.json']);
      await withModel(run, options, context, async (model) => {
        const encoded = await encodeAll(model, images, context);
        const { precision } = model.config.training;
        if (precision !== 'float32')
          context.output.warn(`encoded in float32, by a model trained with ${precision}`);
        if (out === null) sayImages(encoded, context);
        else {
          await writeTable(out, encoded);
          const count = encoded.length;
          context.output.say(`${formatCount(count)} images encoded into ${out}`, {
            type: 'encoded',
            out,
            count,
            precision: 'float32',
          });
        }
      });
    });
  return addEngineOptions(command);
}

async function encodeAll(model: Model, paths: readonly string[], context: Context): Promise<EncodedRow[]> {
  const encoded: EncodedRow[] = [];
  for (let start = 0; start < paths.length; start += BATCH_IMAGES) {
    const batch = await readImages(paths.slice(start, start + BATCH_IMAGES), model, context);
    if (batch.ids.length === 0) continue;
    const results = await encodeImages(model, batch.pixels, batch.ids.length);
    results.forEach(({ elbo, reconstruction, kl, mean, logVariance }, i) => {
      encoded.push({ id: batch.ids[i]!, elbo, reconstruction, kl, mean, logVariance });
    });
    context.output.progress(`encoded ${formatCount(encoded.length)} of ${formatCount(paths.length)} images`);
  }
  context.output.progress('');
  if (encoded.length === 0) throw badInput('none of the images could be read');
  return encoded;
}

async function readImages(paths: readonly string[], model: Model, context: Context) {
  const ids: string[] = [];
  const images: Uint8Array[] = [];
  for (const path of paths) {
    try {
      images.push(await loadModelInput(model, resolve(context.cwd, path)));
      ids.push(path);
    } catch (error) {
      context.output.warn(`skipped ${path}: ${toCliError(error).message}`);
      context.exitCode = EXIT.badInput;
    }
  }
  return { ids, pixels: Buffer.concat(images) };
}

function sayImages(images: readonly EncodedRow[], context: Context): void {
  const rows = images.map((image) => [
    image.id,
    ...[image.elbo, image.reconstruction, image.kl].map((nats) =>
      Number.isNaN(nats) ? '-' : formatNats(nats),
    ),
    Array.from(
      image.mean,
      (mean, i) => `${mean.toFixed(2)}±${Math.exp(image.logVariance[i]! / 2).toFixed(2)}`,
    ).join(' '),
  ]);
  const header = ['IMAGE', 'BOUND', 'RECONSTRUCTION', 'KL', 'POSTERIOR (MEAN±STANDARD DEVIATION)'];
  context.output.say(formatTable([header, ...rows], MAX_RESULT_LENGTH), null);
  for (const object of encodedToObjects(images)) context.output.say(null, object);
}

async function writeTable(path: string, images: readonly EncodedRow[]): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') await writeOutput(path, encodedToCsv(images));
  else if (extension === '.json')
    await writeOutput(path, `${JSON.stringify(encodedToObjects(images), null, 2)}\n`);
  else {
    const shape = [images.length, 2, images[0]!.mean.length];
    await writeOutput(path, encodeNpy(encodedToArray(images), shape));
    const ids = images.map((image) => image.id);
    await writeOutput(path.slice(0, -extension.length) + '.ids.json', `${JSON.stringify(ids, null, 2)}\n`);
  }
}
