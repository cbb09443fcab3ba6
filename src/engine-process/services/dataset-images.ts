import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Dataset } from '../../datasets/dataset';
import { fileOfImage, uriOfPage } from '../../domain/page-id';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { EngineContext } from '../context';

/** Looks up dataset images by id. The dataset may have changed since the ids were encoded. */
export class DatasetImages {
  private known: { readonly dataset: Dataset; readonly byId: ReadonlyMap<string, number> } | undefined;
  private read: Dataset | null = null;
  private reading = false;

  constructor(private readonly context: Pick<EngineContext, 'dataset'>) {}

  /** Returns the row numbers of these ids. @throws RpcError `not-found` for an unknown id */
  async rows(ids: readonly string[]): Promise<{ readonly dataset: Dataset; readonly rows: Uint32Array }> {
    const dataset = await this.context.dataset();
    if (this.known?.dataset !== dataset) {
      const byId = Array.from({ length: dataset.count }, (_, row) => [dataset.id(row), row] as const);
      this.known = { dataset, byId: new Map(byId) };
    }
    const { byId } = this.known;
    const rows = Uint32Array.from(ids, (id) => {
      const row = byId.get(id);
      if (row !== undefined) return row;
      throw new RpcError(
        'not-found',
        `the dataset has no image '${id.slice(0, 200)}'; it may have been removed`,
      );
    });
    return { dataset, rows };
  }

  /** Returns the images in the model's shape. @throws RpcError `not-found` for an unknown id */
  async pictures(ids: readonly string[]): Promise<Pictures> {
    const { dataset, rows } = await this.rows(ids);
    return { ...dataset.shape, count: rows.length, bytes: dataset.images.gather(rows) };
  }

  /** Resolves once the dataset has been read or reading has failed. */
  async ready(): Promise<void> {
    this.read = await this.context.dataset().catch(() => null);
  }

  /**
   * The dataset if it has been read, else null, for callers that can do without it. The first call starts reading it.
   */
  get now(): Dataset | null {
    if (this.read === null && !this.reading) {
      this.reading = true;
      void this.context
        .dataset()
        .then((dataset) => (this.read = dataset))
        .catch(() => undefined)
        .finally(() => (this.reading = false));
    }
    return this.read;
  }
}

/** Returns the URI of an image of a folder dataset, see `uriOfPage`; null for other datasets, whose images are not separate files. */
export function uriOf({ source }: Pick<Dataset, 'source'>, id: string): string | null {
  if (source.kind !== 'folder') return null;
  const { file, page } = fileOfImage(id);
  return uriOfPage(pathToFileURL(join(fileURLToPath(source.uri), file)).href, page);
}
