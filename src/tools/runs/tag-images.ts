import * as z from 'zod';
import { imageId } from '../../protocol/schemas/values';
import { addTag, readTags, removeTag } from '../../runs/tags';
import { run as runField } from '../fields';
import { runOf } from '../run-of';
import { defineTool } from '../tool';
import { counted } from '../counted';

const MAX_TAGGED = 10_000;

/** Tags images of a run's dataset. */
export const tagImages = defineTool({
  name: 'vae_tag_images',
  title: 'Tag Images',
  description:
    "Puts a named tag on images of a run's dataset, by their ids, so that a person finds them on the map and directions can be made from them; without ids, the tag is removed. The images themselves are not changed.",
  access: 'change',
  input: z.strictObject({
    run: runField,
    tag: z.string().trim().min(1).max(200).describe('Name of the tag.'),
    ids: z.array(imageId).max(MAX_TAGGED).describe('Ids of the images, as other tools return them.'),
  }),
  async run({ run: text, tag, ids }, { host }) {
    const { folder, name } = await runOf(host, text);
    await (ids.length === 0 ? removeTag(folder, tag) : addTag(folder, tag, ids));
    host.changed(folder);
    const tags = (await readTags(folder)).map((each) => ({ name: each.name, images: each.ids.length }));
    const done =
      ids.length === 0
        ? `the tag ${tag} is removed`
        : `${counted(ids.length, 'image is', 'images are')} tagged ${tag}`;
    return { text: `${name}: ${done}`, data: { run: name, tags } };
  },
});
