import * as z from 'zod';
import { directionsFolder, listDirections as list } from '../../runs/directions';
import { run as runField } from '../fields';
import { runOf } from '../run-of';
import { defineTool } from '../tool';
import { counted } from '../counted';

/** Lists the saved directions. */
export const listDirections = defineTool({
  name: 'vae_list_directions',
  title: 'List Directions',
  description:
    "Lists the directions saved beside a run, with what they lead from and to and whether they fit the run's latent space.",
  access: 'read',
  input: z.strictObject({ run: runField }),
  async run({ run: text }, { host }) {
    const { folder, config, name } = await runOf(host, text);
    const { directions, damaged } = await list(directionsFolder(folder));
    const shown = directions.map(({ vector, start: _start, ...rest }) => ({
      ...rest,
      latent: vector.length,
      fits: vector.length === config.model.latent && rest.run === name,
    }));
    return { text: counted(shown.length, 'saved direction'), data: { directions: shown, damaged } };
  },
});
