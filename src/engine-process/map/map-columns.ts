import { datasetColumns } from '../../datasets/labels/metadata-columns';
import type { Column } from '../../datasets/labels/metadata-columns';
import type { MapField, MapPiece } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import { modelOf } from '../context';
import type { EngineContext } from '../context';

/** What is known of the images of the map beside their pixels. */
export class MapFields {
  private columns: { readonly key: string; readonly all: Promise<readonly Column[]> } | undefined;

  constructor(private readonly context: EngineContext) {}

  /** Reads them anew: a table may have changed. */
  async list({ key }: { readonly key: string }): Promise<readonly MapField[]> {
    const set = await this.context.latents.encoded();
    set.check(key);
    const all = datasetColumns(modelOf(this.context).config.data.source, set.latents.ids);
    this.columns = { key, all };
    return (await all).map(({ name, names }) => ({ name, names }));
  }

  async values({ name, ...piece }: MapPiece & { readonly name: string }): Promise<Float64Array> {
    const set = await this.context.latents.encoded();
    const { ids } = set.images(piece);
    if (this.columns?.key !== piece.key) await this.list(piece);
    const column = (await this.columns!.all).find((each) => each.name === name);
    if (!column)
      throw new RpcError('not-found', `the dataset has no column '${name.slice(0, 200)}' (any more)`);
    return column.values(ids);
  }
}
