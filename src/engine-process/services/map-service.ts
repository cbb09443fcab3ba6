import { posix } from 'node:path';
import type { Dataset } from '../../datasets/dataset';
import type { MapCard, MapState } from '../../protocol/map';
import type { mapMethods } from '../../protocol/schemas/map';
import type { MethodsOf } from '../../protocol/schemas/method';
import type { Handlers } from '../../protocol/rpc';
import { cardOf } from './image-card';
import { uriOf } from './dataset-images';
import type { DatasetImages } from './dataset-images';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { MapColumns } from '../map/map-columns';

/** Implements the map methods. */
export function mapService(
  context: EngineContext,
  images: DatasetImages,
  fields: MapColumns,
): Handlers<MethodsOf<typeof mapMethods>> {
  const { latents } = context;

  async function card(dataset: Dataset, row: number): Promise<MapCard> {
    const id = dataset.id(row);
    const said = await context.scheduler.turn('interactive', () =>
      cardOf(modelOf(context), dataset.images.gather(Uint32Array.of(row))),
    );
    return { ...said, id, name: posix.basename(id), uri: uriOf(dataset, id) };
  }

  const state = async (): Promise<MapState> => ({
    ...(await latents.state()),
    step: context.model()?.step ?? null,
    images: context.model()?.config.data.count ?? null,
  });

  return {
    map: state,
    encodeAll: () => {
      latents.start();
      return state();
    },
    cancelEncodeAll: () => latents.cancel(),
    async startLayout(parameters) {
      await latents.startLayout(parameters);
      return state();
    },
    cancelLayout: () => latents.cancelLayout(),
    mapImages: async (piece) => (await latents.encoded()).images(piece),
    mapColumn: async ({ column, ...piece }) => (await latents.encoded()).column(piece, column),
    mapFields: (params) => fields.list(params),
    mapField: (params) => fields.values(params),
    async mapCards({ ids }, signal) {
      const found = await images.rows(ids);
      const cards: MapCard[] = [];
      for (const row of found.rows) {
        signal.throwIfAborted();
        cards.push(await card(found.dataset, row));
      }
      return cards;
    },
    async mapNearPairs({ key, count }, signal) {
      const pairs = (await latents.encoded()).nearPairs(key, count);
      return context.scheduler.drive('background', pairs, signal);
    },
    mapPictures: ({ ids }) => images.pictures(ids),
  };
}
