import { fileOfImage } from '../../../src/domain/page-id';
import { MAX_PIECE_IMAGES } from '../../../src/protocol/map';
import type { MapColumn, MapField, MapImages, MapSet } from '../../../src/protocol/map';
import type { ExplorerClient } from '../../shared/run-session';
import { fieldOf } from './axis-choices';
import { isUmap } from './umap-axes';
import type { MapAxis } from './map-axis';
import type { MapPiece } from '../../../src/protocol/schemas/values';

/** A value per image; NaN if missing. */
export type MapValues = Float32Array | Float64Array;

/** The encoded images at one step. Images are identified by id; indices are valid within one set only. */
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

  /** Pulls ids, labels and splits of the images, in pieces. @param classes see `mapFields` */
  static async load(client: ExplorerClient, set: MapSet, classes: readonly string[] = []): Promise<MapData> {
    const ids: string[] = [];
    const labels = set.labelNames === null ? null : new Int32Array(set.count);
    const splits = new Uint8Array(set.count);
    for (const piece of piecesOf(set)) {
      const part = await client.call('mapImages', piece);
      for (const id of part.ids) ids.push(id);
      splits.set(part.splits, piece.first);
      if (labels !== null && part.labels !== null) labels.set(part.labels, piece.first);
    }
    // An unreadable table only loses its columns.
    const fields = await client.call('mapFields', { key: set.key, classes: [...classes] }).catch(() => []);
    return new MapData(client, set, { ids, labels, splits }, fields);
  }

  /** Returns the same images with another layout, reusing the columns that do not depend on it. */
  laidOut(set: MapSet): MapData {
    const data = new MapData(this.client, set, this.images, this.fields);
    for (const [key, pulled] of this.columns) if (!isUmap(key)) data.columns.set(key, pulled);
    return data;
  }

  /** Returns the same images with the further columns as they are now, whose values are pulled anew. */
  async withFieldsAnew(classes: readonly string[]): Promise<MapData> {
    const fields = await this.client.call('mapFields', { key: this.set.key, classes: [...classes] });
    const data = new MapData(this.client, this.set, this.images, fields);
    for (const [key, pulled] of this.columns) if (!key.startsWith('field:')) data.columns.set(key, pulled);
    return data;
  }

  /** Returns one value per image, pulled on first use. */
  column(column: MapColumn): Promise<Float32Array> {
    return this.once(
      column,
      () => new Float32Array(this.set.count),
      (piece) => this.client.call('mapColumn', { ...piece, column }),
    );
  }

  /** Returns the values of a further column: numbers, or indices into its texts. */
  field(name: string): Promise<Float64Array> {
    return this.once(
      `field:${name}`,
      () => new Float64Array(this.set.count),
      (piece) => this.client.call('mapField', { ...piece, name }),
    );
  }

  /** Returns the values along an axis. */
  along(axis: MapAxis): Promise<MapValues> {
    const name = fieldOf(axis);
    return name === null ? this.column(axis as MapColumn) : this.field(name);
  }

  /** Returns the index of an image, or -1. */
  indexOf(id: string): number {
    this.numbers ??= new Map(this.images.ids.map((each, i) => [each, i]));
    return this.numbers.get(id) ?? -1;
  }

  /** Returns the indices of those of the images that are on this map, ascending. */
  indicesAmong(ids: readonly string[]): number[] {
    return ids
      .map((id) => this.indexOf(id))
      .filter((index) => index >= 0)
      .sort((a, b) => a - b);
  }

  /** Returns the indices of an image, or of the images in a file: its pages. */
  indicesOf(id: string): number[] {
    const index = this.indexOf(id);
    if (index >= 0) return [index];
    return this.images.ids.flatMap((each, i) => (fileOfImage(each).file === id ? i : []));
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
    // Failed pulls are not cached, so that they can be retried.
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
  return Array.from({ length: Math.ceil(count / MAX_PIECE_IMAGES) }, (_, i) => ({
    key,
    first: i * MAX_PIECE_IMAGES,
    count: Math.min(MAX_PIECE_IMAGES, count - i * MAX_PIECE_IMAGES),
  }));
}
