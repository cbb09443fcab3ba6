import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MAX_OPENED_IMAGES } from '../../protocol/map';
import type { ImageAction } from '../../protocol/map';
import type { PanelMethods } from '../../protocol/schemas/panel';
import type { DatasetSource } from '../../datasets/dataset';
import { fileOfImage } from '../../domain/page-id';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { isInsideFolder } from '../../runs/inside-folder';
import { permittedImage } from '../files';
import type { PendingRequest } from '../pending-request';
import type { Translate } from '../format';

export interface MapServices {
  readonly mapFocus: PendingRequest<readonly string[]>;
  /** Image folder of the current run; undefined if its images are not files in a folder. */
  datasetFolder(): string | undefined;
  /** Dataset source of the current run. */
  source(): DatasetSource | undefined;
  /** Folder of the current run, whether or not an engine is alive. */
  runFolder(): string | undefined;
  openImage(path: string): Promise<void>;
  readonly imageActions: ImageActions;
  readonly t: Translate;
}

/** Actions of the editor on images. */
export interface ImageActions {
  /** Opens several images, each in an editor that stays open. */
  openAll(paths: readonly string[]): Promise<void>;
  reveal(path: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** Asks where to save; false if the user cancelled. */
  save(text: string): Promise<boolean>;
  /** Asks for a name, offering the known ones; undefined if the user chose none. */
  askTag(known: readonly string[]): Promise<string | undefined>;
}

type MapMethods = Pick<
  PanelMethods,
  | 'openMapImage'
  | 'actOnImages'
  | 'exportTable'
  | 'mapTags'
  | 'setTag'
  | 'removeTag'
  | 'excludedImages'
  | 'includeAgain'
  | 'mapFocus'
>;

/** Handles requests about the map from the explorer panel. */
export function mapHandlers(services: MapServices): Handlers<MapMethods> {
  const { t } = services;

  function folderOfImages(): string {
    const folder = services.datasetFolder();
    if (folder !== undefined) return folder;
    throw new RpcError(
      'bad-input',
      t('This image is inside a container file and cannot be opened by itself.'),
    );
  }

  const permitted = (folder: string, id: string): Promise<string> =>
    permittedImage(pathToFileURL(join(folder, fileOfImage(id).file)).href, [], [folder]);

  function tagsFolder(): string {
    const folder = services.runFolder();
    if (folder === undefined) throw new RpcError('not-ready', t('Open a run to tag its images.'));
    return folder;
  }

  /** Returns the exclusion list for future training on the current run's dataset; null if there is no run yet. */
  async function exclusions() {
    const source = services.source();
    const folder = services.runFolder();
    if (source === undefined || folder === undefined) return null;
    const list = await import('../../runs/excluded-images');
    return { list, source, file: list.excludedFile(dirname(folder)), uri: list.listedBy(source) };
  }

  async function requireExclusions() {
    const found = await exclusions();
    if (found) return found;
    throw new RpcError('not-ready', t('Open a run to exclude its images.'));
  }

  /** Performs an action on images. @returns the number of images affected */
  async function act(action: ImageAction, ids: readonly string[]): Promise<number> {
    switch (action) {
      case 'open': {
        const folder = folderOfImages();
        const files = [...new Set(ids.map((id) => fileOfImage(id).file))].slice(0, MAX_OPENED_IMAGES);
        const paths = await Promise.all(files.map((file) => permitted(folder, file)));
        await services.imageActions.openAll(paths);
        return paths.length;
      }
      case 'reveal':
        await services.imageActions.reveal(await permitted(folderOfImages(), ids[0]!));
        return 1;
      case 'copyPaths': {
        const folder = services.datasetFolder();
        // Images inside a container have no path, only an id.
        const all = ids.map((id) => (folder === undefined ? id : join(folder, fileOfImage(id).file)));
        const paths = [...new Set(all)];
        if (folder !== undefined && !paths.every((path) => isInsideFolder(folder, path)))
          throw new RpcError('bad-input', 'expected images of the dataset');
        await services.imageActions.copy(paths.join('\n'));
        return ids.length;
      }
      case 'tag': {
        const runFolder = tagsFolder();
        const { addTag, readTags } = await import('../../runs/tags');
        const known = (await readTags(runFolder)).map((tag) => tag.name);
        const name = await services.imageActions.askTag(known);
        if (name === undefined) return 0;
        await addTag(runFolder, name, ids);
        return ids.length;
      }
      case 'exclude': {
        const { list, source, file, uri } = await requireExclusions();
        const paths = ids.map((id) => list.pathOfId(source, id));
        await list.exclude(file, uri, paths);
        return ids.length;
      }
      default:
        return action satisfies never;
    }
  }

  return {
    openMapImage: async ({ id }) => services.openImage(await permitted(folderOfImages(), id)),
    actOnImages: async ({ action, ids }) => ({ done: await act(action, ids) }),
    exportTable: ({ csv }) => services.imageActions.save(csv),
    mapTags: async () => (await import('../../runs/tags')).readTags(tagsFolder()),
    setTag: async ({ name, ids }) => (await import('../../runs/tags')).setTag(tagsFolder(), name, ids),
    removeTag: async ({ name }) => (await import('../../runs/tags')).removeTag(tagsFolder(), name),
    async excludedImages() {
      const found = await exclusions();
      if (!found) return [];
      const { list, source, file, uri } = found;
      return (await list.readExcluded(file, uri)).map((path) => list.idOfPath(source, path));
    },
    async includeAgain() {
      const { list, file, uri } = await requireExclusions();
      await list.includeAgain(file, uri);
    },
    mapFocus: () => services.mapFocus.take() ?? [],
  };
}
