import * as z from 'zod';
import { basename } from 'node:path';
import type { ImageSet } from '../../domain/direction';
import { dimension, givenName, imageId, seed } from '../../protocol/schemas/values';
import { directionsFolder, saveDirection } from '../../runs/directions';
import { readTags } from '../../runs/tags';
import { formatCount } from '../../text/format-count';
import { encodedImages } from '../encoded-images';
import { run as runField } from '../fields';
import { numbers } from '../pictures';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';

const MAX_IDS = 10_000;

const imageSet = z.union(
  [
    z.strictObject({ label: givenName.describe('Images with this label.') }),
    z.strictObject({ tag: givenName.describe('Images with this tag of the run.') }),
    z.strictObject({ ids: z.array(imageId).min(1).max(MAX_IDS).describe('Images by their ids.') }),
    z.strictObject({ rest: z.literal(true).describe('All images that are not in the other set.') }),
  ],
  'expected { label }, { tag }, { ids } or { rest: true }',
);
type NamedSet = z.output<typeof imageSet>;

/** Makes a direction, and saves it where it is given a name. */
export const makeDirection = defineTool({
  name: 'vae_make_direction',
  title: 'Make Direction',
  description:
    'Computes a direction in latent space: from the mean of one set of images to that of another (say, from label "plain" to label "striped"), or along a principal component. Returns how well it holds for images that it was not made from, against chance. With a name it is saved in the workspace, for vae_apply_direction and the editor; that needs permission to change the workspace.',
  access: 'read',
  input: z.strictObject({
    run: runField,
    from: imageSet
      .optional()
      .describe('The set that the direction starts at. Needed unless a component is given.'),
    to: imageSet
      .optional()
      .describe('The set that the direction leads to. Needed unless a component is given.'),
    component: dimension
      .optional()
      .describe('A principal component of all images, 0 for the first, instead of two sets.'),
    seed: seed.default(0).describe('Seed of the random halves that the direction is tested on.'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Name to save the direction by; absent to save nothing.'),
  }),
  async run({ run: text, from, to, component, seed: draws, name: given }, call) {
    const { host, signal } = call;
    const isBetween = from !== undefined && to !== undefined && component === undefined;
    if (!isBetween && (component === undefined || from !== undefined || to !== undefined))
      throw new ToolError('bad-input', 'expected two sets (from, to), or one component');
    if (given !== undefined && host.refusal !== null)
      throw new ToolError(
        'read-only',
        `a direction with a name is saved, but ${host.refusal}; without a name nothing is saved`,
      );
    const { folder } = await modelRunOf(host, text);
    await encodedImages(call, folder);
    const request = isBetween
      ? { a: await setOf(folder, from), b: await setOf(folder, to), seed: draws }
      : { component: component! };
    const direction = await host.ask(folder, 'makeDirection', request, signal);
    const [start, end] = isBetween
      ? [wordsOf(from), wordsOf(to)]
      : [`principal component ${component! + 1}`, ''];
    const details = { from: start, to: end, run: basename(folder) };
    const saved =
      given === undefined
        ? null
        : await saveDirection(directionsFolder(folder), { ...direction, ...details, name: given });
    if (saved) host.changed(folder);
    const { counts, inBoth, score, step } = direction;
    const effect = score?.effect.value;
    const quality =
      effect == null
        ? 'not tested'
        : `effect on held-out images ${effect.toFixed(2)} standard deviations (95 % of chance: below ${score!.effect.chance95.toFixed(2)})`;
    return {
      text: `direction ${start}${end === '' ? '' : ` to ${end}`}: ${formatCount(counts[0])}${end === '' ? '' : ` and ${formatCount(counts[1])}`} images; ${quality}${saved ? `; saved as ${saved.name}` : '; not saved'}`,
      data: {
        ...{ ...details, counts, inBoth, score, step },
        saved: saved && { name: saved.name, file: saved.file },
        start: numbers(direction.start),
        vector: numbers(direction.vector),
      },
    };
  },
});

const wordsOf = (set: NamedSet): string =>
  'label' in set
    ? set.label
    : 'tag' in set
      ? set.tag
      : 'ids' in set
        ? `${formatCount(set.ids.length)} images`
        : 'all others';

async function setOf(folder: string, set: NamedSet): Promise<ImageSet> {
  if (!('tag' in set)) return set;
  const tags = await readTags(folder);
  const found = tags.find(({ name }) => name === set.tag);
  if (found) return { ids: found.ids };
  const known = tags.length === 0 ? 'the run has none' : tags.map(({ name }) => name).join(', ');
  throw new ToolError('not-found', `there is no tag '${set.tag}'; expected one of the run's tags: ${known}`);
}
