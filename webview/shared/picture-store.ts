import type { Pictures } from '../../src/domain/pictures';
import type { ExplorerEvents } from '../../src/protocol/panel';
import type { Client } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { LruCache } from '../../src/shared/lru-cache';

/** Size limit of the cached pictures: about 3,000 of 64 x 64 pixels in colour. */
const MAX_CACHE_BYTES = 32 * 2 ** 20;
/** Maximum pictures per request: large ones take 200 kB each. */
const MAX_PICTURES_PER_REQUEST = 200;

/** Pictures of the run's images by id, shared by all parts of a view. */
export class PictureStore {
  private cache = new LruCache<Pictures>(MAX_CACHE_BYTES);
  /** Requests in progress, by id. */
  private pending = new Map<string, Promise<ReadonlyMap<string, Pictures>>>();

  /** @param held ids of the images that can be fetched; undefined for all */
  constructor(
    private readonly client: Pick<Client<ExplorerMethods, ExplorerEvents>, 'call'>,
    readonly held?: ReadonlySet<string>,
  ) {}

  /** Returns a single picture, or undefined if it has not been fetched or was evicted. */
  get(id: string): Pictures | undefined {
    return this.cache.get(id);
  }

  /**
   * Returns single pictures by id, and requests those that are neither cached nor on their way. Pictures that were requested
   * before `clear` are left out.
   * @throws RpcError if the engine cannot give one of them
   */
  async fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Pictures>> {
    const { cache, pending } = this;
    const found = new Map<string, Pictures>();
    for (const id of ids) {
      const picture = cache.get(id);
      if (picture) found.set(id, picture);
    }
    const missing = [...new Set(ids)].filter((id) => !found.has(id));
    const unrequested = missing.filter((id) => !pending.has(id));
    for (let start = 0; start < unrequested.length; start += MAX_PICTURES_PER_REQUEST)
      this.request(unrequested.slice(start, start + MAX_PICTURES_PER_REQUEST));
    const answers = await Promise.all(new Set(missing.map((id) => pending.get(id)!)));
    if (cache !== this.cache) return new Map();
    for (const answer of answers) for (const [id, picture] of answer) found.set(id, picture);
    return found;
  }

  /** Forgets everything: the same ids may be other images now. */
  clear(): void {
    this.cache = new LruCache(MAX_CACHE_BYTES);
    this.pending = new Map();
  }

  private request(ids: readonly string[]): void {
    const { cache, pending } = this;
    const request = this.client
      .call('mapPictures', { ids })
      .then((pictures) => {
        const singles = ids.map((id, i) => [id, single(pictures, i)] as const);
        for (const [id, picture] of singles) cache.set(id, picture, picture.bytes.length);
        return new Map(singles);
      })
      .finally(() => {
        for (const id of ids) pending.delete(id);
      });
    for (const id of ids) pending.set(id, request);
    // Whoever fetched them hears of the failure.
    request.catch(() => undefined);
  }
}

function single({ width, height, channels, bytes }: Pictures, index: number): Pictures {
  const size = width * height * channels;
  return { width, height, channels, count: 1, bytes: bytes.slice(index * size, (index + 1) * size) };
}
