import * as z from 'zod';
import { MAX_RUN_NAME, MAX_RUN_TAG, MAX_RUN_TAGS, oneLine, tagsIn } from '../../domain/run-about';
import { changeAbout } from '../../runs/about';
import { run as runField } from '../fields';
import { runOf } from '../run-of';
import { defineTool } from '../tool';

const tags = z.array(z.string().min(1).max(MAX_RUN_TAG)).max(MAX_RUN_TAGS).default([]);

/** Changes the name and the tags of a run, as `vae tag` and `vae rename` do. */
export const tagRun = defineTool({
  name: 'vae_tag_run',
  title: 'Tag Run',
  description:
    'Adds tags to a run, removes some, or gives it a name that lists show; its folder keeps its name.',
  access: 'change',
  input: z.strictObject({
    run: runField,
    add: tags.describe('Tags to add.'),
    remove: tags.describe('Tags to remove.'),
    name: z
      .string()
      .max(MAX_RUN_NAME)
      .optional()
      .describe('New name; empty for that of the folder. Absent to keep it.'),
  }),
  async run({ run: text, add, remove, name: given }, { host }) {
    const { folder, name } = await runOf(host, text);
    const removed = tagsIn(...remove);
    const about = await changeAbout(folder, ({ tags: before }) => ({
      tags: tagsIn(...before, ...add).filter((tag) => !removed.includes(tag)),
      ...(given === undefined ? {} : { name: oneLine(given) }),
    }));
    host.changed(folder);
    const shown = about.tags.length === 0 ? 'has no tags' : `is tagged ${about.tags.join(', ')}`;
    return {
      text: `${about.name || name} ${shown}`,
      data: { run: name, name: about.name, tags: about.tags },
    };
  },
});
