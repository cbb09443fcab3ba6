import { RpcError } from '../../protocol/rpc';
import type { Latents } from '../../runs/latents';
import type { ImageSet } from '../../domain/direction';

/**
 * Returns 1 for each image in the set, else 0. Ignores ids not on the map, for example of a tag made on another dataset.
 * @throws RpcError `not-found` for an unknown label
 */
export function membersOf(
  { ids, labels }: Pick<Latents, 'ids' | 'labels'>,
  set: Exclude<ImageSet, { readonly rest: true }>,
): Uint8Array {
  if ('ids' in set) {
    const wanted = new Set(set.ids);
    return Uint8Array.from(ids, (id) => (wanted.has(id) ? 1 : 0));
  }
  const label = labels?.names.indexOf(set.label) ?? -1;
  if (label < 0) {
    const known = labels?.names.slice(0, 10).join(', ') ?? 'a dataset without labels';
    throw new RpcError('not-found', `label: got '${set.label.slice(0, 200)}', expected one of ${known}`);
  }
  return Uint8Array.from(labels!.values, (value) => (value === label ? 1 : 0));
}
