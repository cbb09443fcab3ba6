import * as z from 'zod';
import { place, run as runField } from '../fields';
import type { ImageOrPoint } from '../fields';
import { numbers, rounded, rowsOf, sheet } from '../pictures';
import { checkPoints, nameOf, placeOf } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import type { ToolCall } from '../tool';
import { cautionOf, savedDirection } from './saved-direction';

const MAX_PLACES = 32;
const USUAL_PLACES = [-0.5, 0, 0.5, 1, 1.5];

/** Moves an image along a saved direction. */
export const applyDirection = defineTool({
  name: 'vae_apply_direction',
  title: 'Apply Direction',
  description:
    'Moves an image (or a point, or the origin) along a saved direction and decodes it at several places: 0 is level with the start of the direction, 1 with its end.',
  access: 'read',
  input: z.strictObject({
    run: runField,
    direction: z.string().min(1).max(300).describe('Name or file of a saved direction.'),
    to: place.optional().describe('What is moved; absent for the origin.'),
    places: z
      .array(z.number())
      .min(1)
      .max(MAX_PLACES)
      .default(USUAL_PLACES)
      .describe('Places along the direction.'),
  }),
  async run({ run: text, direction: wanted, to, places }, call) {
    const { host, signal } = call;
    const run = await modelRunOf(host, text);
    const direction = await savedDirection(run.folder, wanted);
    if (to) checkPoints([to], run.config.model.latent);
    const params = {
      around: to === undefined ? null : await pointOrFile(call, run.folder, to),
      ...{ start: direction.start, vector: direction.vector, places: Float32Array.from(places) },
    };
    const along = await host.ask(run.folder, 'along', params, signal);
    const caution = cautionOf(direction, { name: run.name, step: along.step });
    const what = to === undefined ? 'the origin' : nameOf(to);
    return {
      text: `${what} along ${direction.name} at ${places.join(', ')}${caution}`,
      data: {
        ...{ run: run.name, direction: direction.name, sameWeights: caution === '', step: along.step },
        ...{
          place: rounded(along.place),
          places,
          points: rowsOf(along.z, places.length),
          origin: numbers(along.origin),
        },
      },
      pictures: [
        sheet(`${what} along ${direction.name}, at ${places.join(', ')}`, along.pictures, places.length),
      ],
    };
  },
});

/** The engine moves files and points; of a dataset image it gets the posterior mean. */
async function pointOrFile({ host, signal }: ToolCall, folder: string, of: ImageOrPoint) {
  const found = await placeOf(host, of);
  if (!('id' in found)) return found;
  const [card] = await host.ask(folder, 'mapCards', { ids: [found.id] }, signal);
  return { z: card!.mean };
}
