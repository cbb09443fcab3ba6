import type { SavedDirection } from '../../domain/direction';
import { directionsFolder, listDirections } from '../../runs/directions';
import { ToolError } from '../tool-error';

/** Finds a saved direction by its name or file. @throws ToolError `not-found`, with the names that there are */
export async function savedDirection(runFolder: string, wanted: string): Promise<SavedDirection> {
  const { directions } = await listDirections(directionsFolder(runFolder));
  const found = directions.find(({ name, file }) => name === wanted || file === wanted);
  if (found) return found;
  const known =
    directions.length === 0
      ? 'none is saved; vae_make_direction makes one'
      : directions.map(({ name }) => name).join(', ');
  throw new ToolError('not-found', `there is no direction '${wanted}'; expected a saved one: ${known}`);
}

/** Returns what a reader must know of a direction that was made with other weights than those of a run; empty for the same. */
export function cautionOf(
  direction: SavedDirection,
  run: { readonly name: string; readonly step: number },
): string {
  return direction.run === run.name && direction.step === run.step
    ? ''
    : `; the direction was made with ${direction.run} at step ${direction.step}, so it may mean something else here`;
}
