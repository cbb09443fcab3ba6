import { datasetColumns } from '../../datasets/labels/metadata-columns';
import type { Column } from '../../datasets/labels/metadata-columns';
import type { MapField } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { MapPiece } from '../../protocol/schemas/values';
import { classColumns } from './class-columns';
import type { ClassColumn } from './class-columns';
import type { EncodedDataset } from './encoded-dataset';

/** Metadata columns of the images on the map, and what the run's classifier says about them. */
export class MapColumns {
  private columns: { readonly key: string; readonly all: Promise<readonly Column[]> } | undefined;
  private classes: { readonly key: string; readonly all: readonly ClassColumn[] } | undefined;

  constructor(private readonly context: EngineContext) {}

  /** Lists the columns, rereading them because a metadata table or the classifier may have changed. @throws RpcError */
  async list({ key }: { readonly key: string }): Promise<readonly MapField[]> {
    const set = await this.context.latents.encoded();
    set.check(key);
    const all = datasetColumns(modelOf(this.context).config.data.source, set.latents.ids);
    this.columns = { key, all };
    const own = await all;
    return [...own, ...(await this.ofClasses(set, own))].map(({ name, names }) => ({ name, names }));
  }

  /** Returns the values of a column for a range of images. @throws RpcError `not-found` for an unknown column */
  async values({ name, ...piece }: MapPiece & { readonly name: string }): Promise<Float64Array> {
    const set = await this.context.latents.encoded();
    const { ids } = set.images(piece);
    if (this.columns?.key !== piece.key) await this.list({ key: piece.key });
    const own = await this.columns!.all;
    const column = own.find((each) => each.name === name);
    if (column) return column.values(ids);
    const ofClasses = (await this.ofClasses(set, own)).find((each) => each.name === name);
    if (ofClasses) return ofClasses.values(piece.first, ids.length);
    throw new RpcError(
      'not-found',
      `the images have no column '${name.slice(0, 200)}'; it may have been removed`,
    );
  }

  /** Columns of the classifier, if it has classified the images of the map. */
  private async ofClasses(set: EncodedDataset, own: readonly Column[]): Promise<readonly ClassColumn[]> {
    const said = await this.context.classifier.probabilities();
    if (said?.fingerprint !== set.latents.fingerprint) return [];
    const key = JSON.stringify([said.classifier, said.fingerprint, said.names, own.map(({ name }) => name)]);
    if (this.classes?.key !== key)
      this.classes = {
        key,
        all: classColumns(
          said,
          own.map(({ name }) => name),
        ),
      };
    return this.classes.all;
  }
}
