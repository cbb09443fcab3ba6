import { basename } from 'node:path';
import * as z from 'zod';
import { imageIds } from '../../protocol/schemas/values';
import type { ExtensionServices } from '../services';
import { parseArgument } from '../commands/parse-argument';
import { modelRun } from '../commands/image-arguments';

/** Argument of `vae.selection`: with `ids` these images become the selection, without it is only read. */
const argumentSchema = z.strictObject({
  run: z.unknown().optional(),
  ids: imageIds.optional(),
});

export interface SelectionResult {
  readonly run: string;
  /** Ids of the selected images, in the order of selection; empty as well if the explorer has not shown the run yet. */
  readonly ids: readonly string[];
}

/** `vae.selection`: reads or sets the images selected in the explorer; setting shows them on the map. */
export async function selection(host: ExtensionServices, argument?: unknown): Promise<SelectionResult> {
  const { run, ids } = parseArgument('vae.selection', argumentSchema, argument ?? {});
  const { folder } = await modelRun(host, { run });
  if (ids !== undefined) {
    host.selections.note(folder, ids);
    await host.current.choose(folder);
    host.showExplorer({ tab: 'map', pane: 'selection', select: ids });
  }
  return { run: basename(folder), ids: host.selections.of(folder) };
}
