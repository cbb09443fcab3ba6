import { MAP_PIECE, type MapColumn, type MapImages, type MapSet } from '../../src/protocol/map';
import type { ExplorerClient } from '../explorer/model';

/** The encoded images of one step. An image is known by its id; its number is good within one set only. */
export class MapData {
  readonly #columns = new Map<MapColumn, Promise<Float32Array>>();
  #numbers: ReadonlyMap<string, number> | undefined;

  private constructor(
    private readonly client: ExplorerClient,
    readonly set: MapSet,
    readonly images: MapImages,
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
    return new MapData(client, set, { ids, labels, splits });
  }

  /** A number for each image; pulled when it is first asked for. */
  column(column: MapColumn): Promise<Float32Array> {
    const known = this.#columns.get(column);
    if (known !== undefined) return known;
    const pulled = this.#pull(column);
    this.#columns.set(column, pulled);
    // What failed may work at the next try.
    pulled.catch(() => this.#columns.delete(column));
    return pulled;
  }

  /** Number of the image with this id, or -1. */
  indexOf(id: string): number {
    this.#numbers ??= new Map(this.images.ids.map((each, i) => [each, i]));
    return this.#numbers.get(id) ?? -1;
  }

  labelOf(index: number): string | null {
    const label = this.images.labels?.[index] ?? -1;
    return label < 0 ? null : (this.set.labelNames?.[label] ?? null);
  }

  splitOf(index: number): string {
    return ['training', 'validation', 'test'][this.images.splits[index]!]!;
  }

  async #pull(column: MapColumn): Promise<Float32Array> {
    const values = new Float32Array(this.set.count);
    for (const piece of piecesOf(this.set))
      values.set(await this.client.call('mapColumn', { ...piece, column }), piece.first);
    return values;
  }
}

function piecesOf({ key, count }: MapSet): { key: string; first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / MAP_PIECE) }, (_, i) => ({
    key,
    first: i * MAP_PIECE,
    count: Math.min(MAP_PIECE, count - i * MAP_PIECE),
  }));
}
