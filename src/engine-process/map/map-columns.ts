import { datasetColumns } from '../../datasets/labels/metadata-columns';
import type { Column } from '../../datasets/labels/metadata-columns';
import type { MapField } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { MapPiece } from '../../protocol/schemas/values';

/** Metadata columns of the images on the map. */
export class MapColumns {
  private columns: { readonly key: string; readonly all: Promise<readonly Column[]> } | undefined;

  constructor(private readonly context: EngineContext) {}

  /** Lists the columns, rereading them because a metadata table may have changed. @throws RpcError */
  async list({ key }: { readonly key: string }): Promise<readonly MapField[]> {
    const set = await this.context.latents.encoded();
    set.check(key);
    const all = datasetColumns(modelOf(this.context).config.data.source, set.latents.ids);
    this.columns = { key, all };
    return (await all).map(({ name, names }) => ({ name, names }));
  }

  /** Returns the values of a column for a range of images. @throws RpcError `not-found` for an unknown column */
  async values({ name, ...piece }: MapPiece & { readonly name: string }): Promise<Float64Array> {
    const set = await this.context.latents.encoded();
    const { ids } = set.images(piece);
    return (await this.column(piece.key, name)).values(ids);
  }

  private async column(key: string, name: string): Promise<Column> {
    if (this.columns?.key !== key) await this.list({ key });
    const column = (await this.columns!.all).find((each) => each.name === name);
    if (column) return column;
    throw new RpcError(
      'not-found',
      `the dataset has no column '${name.slice(0, 200)}'; it may have been removed`,
    );
  }
}
