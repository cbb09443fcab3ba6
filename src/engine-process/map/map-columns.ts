import { datasetColumns } from '../../datasets/labels/metadata-columns';
import type { Column } from '../../datasets/labels/metadata-columns';
import type { MapField } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import type { mapMethods } from '../../protocol/schemas/map';
import type { MethodsOf } from '../../protocol/schemas/method';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { MapPiece } from '../../protocol/schemas/values';
import { classColumn, classColumns, nameOf } from './class-columns';
import type { ClassColumn } from './class-columns';
import type { EncodedDataset } from './encoded-dataset';

type MapMethods = MethodsOf<typeof mapMethods>;

/** Metadata columns of the images on the map, and what the run's classifier says about them. */
export class MapColumns {
  private columns: { readonly key: string; readonly all: Promise<readonly Column[]> } | undefined;
  private classes: { readonly key: string; readonly all: readonly ClassColumn[] } | undefined;

  constructor(private readonly context: EngineContext) {}

  /** Lists the columns, rereading them because a metadata table or the classifier may have changed. @throws RpcError */
  async list({ key, classes = [] }: Params<MapMethods, 'mapFields'>): Promise<readonly MapField[]> {
    const set = await this.context.latents.encoded();
    set.check(key);
    const all = datasetColumns(modelOf(this.context).config.data.source, set.latents.ids);
    this.columns = { key, all };
    const own = await all;
    const listed: MapField[] = [...own, ...(await this.ofClasses(set, own))];
    const known = new Set(listed.map(({ name }) => name));
    for (const name of new Set(classes.map(nameOf)))
      if (!known.has(name)) listed.push(...(await this.ofClass(set, name)));
    return listed.map(({ name, names }) => ({ name, names }));
  }

  /** Returns the values of a column for a range of images. @throws RpcError `not-found` for an unknown column */
  async values({ name, ...piece }: MapPiece & { readonly name: string }): Promise<Float64Array> {
    const set = await this.context.latents.encoded();
    const { ids } = set.images(piece);
    if (this.columns?.key !== piece.key) await this.list({ key: piece.key });
    const own = await this.columns!.all;
    const column = own.find((each) => each.name === name);
    if (column) return column.values(ids);
    const all = await this.ofClasses(set, own);
    const [ofClass] = [...all.filter((each) => each.name === name), ...(await this.ofClass(set, name))];
    if (ofClass) return ofClass.values(piece.first, ids.length);
    throw new RpcError(
      'not-found',
      `the images have no column '${name.slice(0, 200)}'; it may have been removed`,
    );
  }

  /** Columns of the classifier, if it has classified the images of the map. */
  private async ofClasses(set: EncodedDataset, own: readonly Column[]): Promise<readonly ClassColumn[]> {
    const said = await this.said(set);
    if (said === null) return [];
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

  /** The column of a class by the column's name; none if there is no such class. */
  private async ofClass(set: EncodedDataset, name: string): Promise<readonly ClassColumn[]> {
    const said = await this.said(set);
    const column = said && classColumn(said, name);
    return column === null ? [] : [column];
  }

  /** What the classifier says about the images of the map; null if it has not classified them. */
  private async said(set: EncodedDataset) {
    const said = await this.context.classifier.probabilities();
    return said?.fingerprint === set.latents.fingerprint ? said : null;
  }
}
