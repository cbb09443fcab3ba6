import { join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Dataset } from '../data/dataset';
import type { EngineMapMethods, MapCard, MapState } from '../protocol/map';
import { MOST_MAP_CARDS, MOST_MAP_PICTURES } from '../protocol/map';
import { RpcError } from '../protocol/rpc';
import type { Handlers } from '../protocol/rpc';
import { cardOf } from './card';
import { modelOf } from './desk';
import type { Desk } from './desk';
import { MapFields } from './mapFields';

/** The methods of the map. */
export function mapService(desk: Desk): Handlers<EngineMapMethods> {
  const { latents } = desk;
  const fields = new MapFields(desk);
  let rows: { readonly dataset: Dataset; readonly byId: ReadonlyMap<string, number> } | undefined;

  /** Places in the dataset; it may have changed since its images were encoded. */
  async function rowsOf(
    ids: readonly string[],
    most: number,
  ): Promise<{ dataset: Dataset; rows: Uint32Array }> {
    if (ids.length > most) throw new RpcError('bad-input', `got ${ids.length} ids, expected at most ${most}`);
    const dataset = await desk.dataset();
    if (rows?.dataset !== dataset) {
      const byId = Array.from({ length: dataset.count }, (_, row) => [dataset.id(row), row] as const);
      rows = { dataset, byId: new Map(byId) };
    }
    const { byId } = rows;
    const found = Uint32Array.from(ids, (id) => {
      const row = byId.get(id);
      if (row !== undefined) return row;
      throw new RpcError('not-found', `the dataset has no image '${id.slice(0, 200)}' (any more)`);
    });
    return { dataset, rows: found };
  }

  async function card(dataset: Dataset, row: number): Promise<MapCard> {
    const id = dataset.id(row);
    const said = await desk.scheduler.turn('interactive', () =>
      cardOf(modelOf(desk), dataset.images.gather(Uint32Array.of(row))),
    );
    return { ...said, id, name: posix.basename(id), uri: uriOf(dataset, id) };
  }

  const state = async (): Promise<MapState> => ({
    ...(await latents.state()),
    step: desk.model()?.step ?? null,
  });

  return {
    map: state,
    encodeAll: () => {
      latents.start();
      return state();
    },
    cancelEncodeAll: () => latents.cancel(),
    mapImages: async (piece) => (await latents.encoded()).images(piece),
    mapColumn: async ({ column, ...piece }) => (await latents.encoded()).column(piece, column),
    mapFields: (params) => fields.list(params),
    mapField: (params) => fields.values(params),
    async mapCards({ ids }, signal) {
      const found = await rowsOf(ids, MOST_MAP_CARDS);
      const cards: MapCard[] = [];
      for (const row of found.rows) {
        signal.throwIfAborted();
        cards.push(await card(found.dataset, row));
      }
      return cards;
    },
    async mapNearPairs({ key, count }, signal) {
      const pairs = (await latents.encoded()).nearPairs(key, count);
      for (;;) {
        signal.throwIfAborted();
        const next = await desk.scheduler.turn('background', () => pairs.next());
        if (next.done) return next.value;
      }
    },
    async mapPictures({ ids }) {
      const { dataset, rows: chosen } = await rowsOf(ids, MOST_MAP_PICTURES);
      return { ...dataset.shape, count: chosen.length, bytes: dataset.images.gather(chosen) };
    },
  };
}

/** An image that is a file of its own. */
function uriOf({ source }: Dataset, id: string): string | null {
  return source.kind === 'folder' ? pathToFileURL(join(fileURLToPath(source.uri), id)).href : null;
}
