import { MAP_PIECE } from '../../../src/protocol/map';
import type { MapColumn, MapField, MapImages, MapPiece, MapSet } from '../../../src/protocol/map';
import type { ExplorerClient } from '../../shared/explorer-model';
import { fieldOf } from './axis-choices';
import { isUmap } from './umap-axes';
import type { MapAxis } from './map-axis';

/** A number for each image; NaN for none. */
export type MapValues = Float32Array | Float64Array;

/** The encoded images of one step. An image is known by its id; its number is good within one set only. */
export class MapData {
  private readonly columns = new Map<string, Promise<MapValues>>();
  private numbers: ReadonlyMap<string, number> | undefined;

  private constructor(
    private readonly client: ExplorerClient,
    readonly set: MapSet,
    readonly images: MapImages,
    /** Further columns of the dataset. */
    readonly fields: readonly MapField[],
  ) {}

  /** Pulls who the images are, in pieces. */
  static async load(client: ExplorerClient, set: MapSet): Promise<MapData> {
    const ids: string[] = [];
    const labels = set.labelNames === null ? null : new Int32Array(set.count);
    const splits = new Uint8Array(set.count);
    for (const piece of piecesOf(set)) {
      const part = await client.call('mapImages', piece);
      for (const id of part.ids) ids.push(id);
      splits.set(part.splits, piece.first);
      if (labels !== null && part.labels !== null) labels.set(part.labels, piece.first);
    }
    // A table that cannot be read takes nothing else away.
    const fields = await client.call('mapFields', { key: set.key }).catch(() => []);
    return new MapData(client, set, { ids, labels, splits }, fields);
  }

  /** The same images with another layout: what does not depend on it need not be pulled again. */
  laidOut(set: MapSet): MapData {
    const data = new MapData(this.client, set, this.images, this.fields);
    for (const [key, pulled] of this.columns) if (!isUmap(key)) data.columns.set(key, pulled);
    return data;
  }

  /** A number for each image; pulled when it is first asked for. */
  column(column: MapColumn): Promise<Float32Array> {
    return this.once(
      column,
      () => new Float32Array(this.set.count),
      (piece) => this.client.call('mapColumn', { ...piece, column }),
    );
  }

  /** What a further column has for each image: numbers, or the numbers of its texts. */
  field(name: string): Promise<Float64Array> {
    return this.once(
      `field:${name}`,
      () => new Float64Array(this.set.count),
      (piece) => this.client.call('mapField', { ...piece, name }),
    );
  }

  /** What lies along an axis. */
  along(axis: MapAxis): Promise<MapValues> {
    const name = fieldOf(axis);
    return name === null ? this.column(axis as MapColumn) : this.field(name);
  }

  /** Number of the image with this id, or -1. */
  indexOf(id: string): number {
    this.numbers ??= new Map(this.images.ids.map((each, i) => [each, i]));
    return this.numbers.get(id) ?? -1;
  }

  labelOf(index: number): string | null {
    const label = this.images.labels?.[index] ?? -1;
    return label < 0 ? null : (this.set.labelNames?.[label] ?? null);
  }

  splitOf(index: number): string {
    return ['training', 'validation', 'test'][this.images.splits[index]!]!;
  }

  private once<T extends MapValues>(
    key: string,
    empty: () => T,
    pull: (piece: MapPiece) => Promise<T>,
  ): Promise<T> {
    const known = this.columns.get(key);
    if (known !== undefined) return known as Promise<T>;
    const pulled = this.pull(empty, pull);
    this.columns.set(key, pulled);
    // What failed may work at the next try.
    pulled.catch(() => this.columns.delete(key));
    return pulled;
  }

  private async pull<T extends MapValues>(empty: () => T, pull: (piece: MapPiece) => Promise<T>): Promise<T> {
    const values = empty();
    for (const piece of piecesOf(this.set)) values.set(await pull(piece), piece.first);
    return values;
  }
}

function piecesOf({ key, count }: MapSet): MapPiece[] {
  return Array.from({ length: Math.ceil(count / MAP_PIECE) }, (_, i) => ({
    key,
    first: i * MAP_PIECE,
    count: Math.min(MAP_PIECE, count - i * MAP_PIECE),
  }));
}
