import * as z from 'zod';
import { formatCount } from '../../text/format-count';
import { boundsOfAll, encodedImages } from '../encoded-images';
import { run as runField } from '../fields';
import { rounded, sheet } from '../pictures';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';

const MAX_OUTLIERS = 64;
const COLUMNS = 8;

/** Finds the images that a model explains worst. */
export const findOutliers = defineTool({
  name: 'vae_find_outliers',
  title: 'Find Outliers',
  description:
    "Finds the images of a run's dataset with the lowest bounds, which the model explains worst: damaged, mislabelled or rare ones, and such with much detail. Each comes with its bound in nats and how many standard deviations that is below the mean. The dataset is encoded first where it is not, which may take a while.",
  access: 'read',
  input: z.strictObject({
    run: runField,
    count: z.int().min(1).max(MAX_OUTLIERS).default(8).describe('Number of images.'),
  }),
  async run({ run: text, count }, call) {
    const { host, signal } = call;
    const { folder, name, config } = await modelRunOf(host, text);
    if (config.opened !== undefined)
      throw new ToolError(
        'bad-input',
        `${name} was trained elsewhere, and its likelihood is not known: there are no bounds to find outliers by; vae_find_neighbours finds images that are alike`,
      );
    const set = await encodedImages(call, folder);
    const { ids, elbo } = await boundsOfAll(call, folder, set);
    const mean = elbo.reduce((sum, value) => sum + value, 0) / elbo.length;
    const deviation = Math.sqrt(elbo.reduce((sum, value) => sum + (value - mean) ** 2, 0) / elbo.length);
    const order = Array.from(elbo.keys()).sort((a, b) => elbo[a]! - elbo[b]!);
    const outliers = order.slice(0, count).map((row) => ({
      id: ids[row]!,
      elbo: rounded(elbo[row]!),
      deviationsBelowMean: deviation > 0 ? rounded((mean - elbo[row]!) / deviation) : 0,
    }));
    const shown = outliers.map(({ id }) => id);
    const pictures = await host.ask(folder, 'mapPictures', { ids: shown }, signal);
    return {
      text: `the ${formatCount(shown.length)} of ${formatCount(ids.length)} images with the lowest bounds, lowest first (mean ${mean.toFixed(2)} nats, standard deviation ${deviation.toFixed(2)}): ${shown.join(', ')}`,
      data: {
        run: name,
        step: set.step,
        images: ids.length,
        mean: rounded(mean),
        standardDeviation: rounded(deviation),
        outliers,
      },
      pictures: [sheet('The images with the lowest bounds, lowest first', pictures, COLUMNS)],
    };
  },
});
