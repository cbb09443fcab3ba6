import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Dataset } from '../../datasets/dataset';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { EngineContext } from '../context';

/** The images of the dataset by their ids. It may have changed since they were encoded. */
export class DatasetImages {
  private known: { readonly dataset: Dataset; readonly byId: ReadonlyMap<string, number> } | undefined;
  private read: Dataset | null = null;
  private reading = false;

  constructor(private readonly context: Pick<EngineContext, 'dataset'>) {}

  /** @throws RpcError `not-found` for an id that there is not */
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
      throw new RpcError('not-found', `the dataset has no image '${id.slice(0, 200)}' (any more)`);
    });
    return { dataset, rows };
  }

  /** In the model's shape. */
  async pictures(ids: readonly string[]): Promise<Pictures> {
    const { dataset, rows } = await this.rows(ids);
    return { ...dataset.shape, count: rows.length, bytes: dataset.images.gather(rows) };
  }

  /** Resolves once the dataset has been read, or cannot be. */
  async ready(): Promise<void> {
    this.read = await this.context.dataset().catch(() => null);
  }

  /**
   * The dataset where it has been read, else null: what can do without it does not wait for it. The first call has it read.
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

/** An image that is a file of its own. */
export function uriOf({ source }: Pick<Dataset, 'source'>, id: string): string | null {
  return source.kind === 'folder' ? pathToFileURL(join(fileURLToPath(source.uri), id)).href : null;
}
