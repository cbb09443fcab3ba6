import * as z from 'zod';
import { MAX_WAYPOINTS } from '../../protocol/latent';
import { PATH_KINDS } from '../../protocol/panel';
import { formatCount } from '../../text/format-count';
import { place, run as runField } from '../fields';
import { numbers, rowsOf, sheet } from '../pictures';
import { checkPoints, nameOf, placeOf } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';

const MAX_FRAMES = 64;
const COLUMNS = 16;

/** Interpolates between images or points. */
export const interpolateImages = defineTool({
  name: 'vae_interpolate_images',
  title: 'Interpolate Images',
  description:
    'Decodes a path through latent space from image to image, in order, as a strip of pictures. Returns the points of the path, their log density under the prior, and the dataset image nearest to each where the images are encoded.',
  access: 'read',
  input: z.strictObject({
    run: runField,
    through: z
      .array(place)
      .min(2)
      .max(MAX_WAYPOINTS)
      .describe('Images or points that the path leads through, in order.'),
    frames: z
      .int()
      .min(2)
      .max(MAX_FRAMES)
      .default(11)
      .describe('Number of pictures, including the given places.'),
    kind: z
      .enum(PATH_KINDS)
      .default('linear')
      .describe(
        "'linear' for straight lines, 'spherical' for great circles, which keep the distance from the origin.",
      ),
  }),
  async run({ run: text, through, frames, kind }, { host, signal }) {
    if (frames < through.length)
      throw new ToolError(
        'bad-input',
        `frames: got ${frames}, expected at least one for each of ${through.length} places`,
      );
    const { folder, name, config } = await modelRunOf(host, text);
    checkPoints(through, config.model.latent);
    const waypoints = await Promise.all(through.map((each) => placeOf(host, each)));
    const path = await host.ask(folder, 'path', { waypoints, frames }, signal);
    const { z: points, pictures, priorDensity, density, nearest } = path[kind];
    const words = `${formatCount(frames)} frames from ${nameOf(through[0]!)} to ${nameOf(through.at(-1)!)}`;
    return {
      text: `${words}, ${kind}, by ${name}`,
      data: {
        ...{ run: name, step: path.step, kind, at: Array.from(path.at), points: rowsOf(points, frames) },
        priorDensity: numbers(priorDensity),
        density: density && numbers(density),
        nearest:
          nearest && nearest.ids.map((id, i) => ({ id, distance: numbers([nearest.distances[i]!])[0]! })),
      },
      pictures: [sheet(words, pictures, COLUMNS)],
    };
  },
});
