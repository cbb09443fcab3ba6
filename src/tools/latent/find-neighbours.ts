import * as z from 'zod';
import { MAX_NEIGHBOURS } from '../../protocol/latent';
import { encodedImages } from '../encoded-images';
import { image, run as runField } from '../fields';
import { numbers, sheet } from '../pictures';
import { nameOf, placeOf } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';
import { counted } from '../counted';

const COLUMNS = 8;

/** Finds the dataset's images that a model holds for the most similar. */
export const findNeighbours = defineTool({
  name: 'vae_find_neighbours',
  title: 'Find Neighbours',
  description:
    "Finds the images of a run's dataset that the model places nearest to an image, by the 2-Wasserstein distance between their posteriors. The dataset is encoded first where it is not, which may take a while.",
  access: 'read',
  input: z.strictObject({
    run: runField,
    of: image,
    count: z.int().min(1).max(MAX_NEIGHBOURS).default(8).describe('Number of neighbours.'),
  }),
  async run({ run: text, of, count }, call) {
    const { host, signal } = call;
    const { folder, name } = await modelRunOf(host, text);
    const place = await placeOf(host, of);
    await encodedImages(call, folder);
    const near = await host.ask(folder, 'neighbours', { of: place, count }, signal);
    if (near === null)
      throw new ToolError('not-ready', 'the images were encoded again meanwhile; call the tool again');
    const pictures = near.pictures ?? (await host.ask(folder, 'mapPictures', { ids: near.ids }, signal));
    const distances = numbers(near.distances);
    return {
      text: `the ${counted(near.ids.length, 'image')} nearest to ${nameOf(of)}, nearest first: ${near.ids.join(', ')}`,
      data: {
        run: name,
        step: near.step,
        neighbours: near.ids.map((id, i) => ({ id, distance: distances[i]! })),
      },
      pictures: near.ids.length === 0 ? [] : [sheet('The nearest images, nearest first', pictures, COLUMNS)],
    };
  },
});
