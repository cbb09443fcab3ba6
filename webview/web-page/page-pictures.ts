import type { Pictures } from '../../src/domain/pictures';
import { RpcError } from '../../src/protocol/rpc';
import type { PageData } from './page-data';

/** The pictures of images that the page holds. */
export class PagePictures {
  readonly ids: ReadonlySet<string>;
  private readonly places: ReadonlyMap<string, number>;
  private readonly bytes: Uint8Array;

  constructor(private readonly data: PageData) {
    const { map } = data.facts;
    const pictured = Array.from(data.array('pictured', 'int32') ?? [], (index) => map!.ids[index]!);
    this.places = new Map(pictured.map((id, place) => [id, place]));
    this.ids = new Set(pictured);
    this.bytes = data.array('pictures', 'uint8') ?? new Uint8Array(0);
  }

  has(id: string): boolean {
    return this.places.has(id);
  }

  /** @throws RpcError `not-found` for an image without a picture */
  of(ids: readonly string[]): Pictures {
    const { width, height, channels } = this.data.facts;
    const size = width * height * channels;
    const bytes = new Uint8Array(ids.length * size);
    ids.forEach((id, i) => {
      const place = this.places.get(id);
      if (place === undefined) throw new RpcError('not-found', `the page has no picture of ${id}`);
      bytes.set(this.bytes.subarray(place * size, (place + 1) * size), i * size);
    });
    return { width, height, channels, count: ids.length, bytes };
  }
}
