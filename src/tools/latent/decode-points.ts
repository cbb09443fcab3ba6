import * as z from 'zod';
import { point, run as runField } from '../fields';
import { sheet } from '../pictures';
import { checkPoints } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import { counted } from '../counted';

const MAX_POINTS = 64;
const COLUMNS = 8;

/** Decodes points of latent space. */
export const decodePoints = defineTool({
  name: 'vae_decode_points',
  title: 'Decode Points',
  description:
    'Decodes points of latent space to images, as a picture of up to eight in a row, in the given order. The prior is standard normal: coordinates between -2 and 2 are usual.',
  access: 'read',
  input: z.strictObject({ run: runField, points: z.array(point).min(1).max(MAX_POINTS) }),
  async run({ run: text, points }, { host, signal }) {
    const { folder, name, config } = await modelRunOf(host, text);
    checkPoints(
      points.map((each) => ({ point: each })),
      config.model.latent,
    );
    const params = { view: 'tools', z: Float32Array.from(points.flat()), count: points.length };
    const pictures = await host.ask(folder, 'decode', params, signal);
    const { width, height, channels, step } = pictures;
    return {
      text: `${counted(points.length, 'point')} decoded by ${name}`,
      data: { run: name, count: points.length, width, height, channels, step: step ?? null },
      pictures: [sheet(`Means of p(x|z) of ${counted(points.length, 'point')}, in order`, pictures, COLUMNS)],
    };
  },
});
