import { basename, join } from 'node:path';
import type { GuardedPath } from '../../runs/guarded-path';
import type { PanelMethods } from '../../protocol/schemas/panel';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { RequestedDirection } from '../../protocol/directions';
import type { Emitter } from '../emitter';
import type { PendingRequest } from '../pending-request';
import { plainName } from '../format';
import type { Translate } from '../format';

export interface DirectionServices {
  readonly requestedDirection: PendingRequest<RequestedDirection>;
  readonly savedDirectionsChanged: Emitter<void>;
  /** Folder of the current run, whether or not an engine is alive. */
  runFolder(): string | undefined;
  /** Opens a file in an editor. */
  openFile(path: string): Promise<void>;
  /** Asks for confirmation before data is lost. @param action label of the button */
  confirm(question: string, detail: string, action: string): Promise<boolean>;
  readonly t: Translate;
}

type DirectionFileMethods = Pick<
  PanelMethods,
  'directions' | 'saveDirection' | 'deleteDirection' | 'openDirection' | 'requestedDirection'
>;

/** Handles requests about saved directions from the explorer panel. */
export function directionHandlers(services: DirectionServices): Handlers<DirectionFileMethods> {
  const { requestedDirection, savedDirectionsChanged, t } = services;
  // Imported on first use: schemas take most of the extension's startup time.
  const files = () => import('../../runs/directions');

  async function place(): Promise<{ run: string; folder: GuardedPath }> {
    const runFolder = services.runFolder();
    if (runFolder === undefined) throw new RpcError('not-ready', t('Open a run to make a direction.'));
    return { run: basename(runFolder), folder: (await files()).directionsFolder(runFolder) };
  }

  return {
    async directions() {
      if (services.runFolder() === undefined) return { directions: [], damaged: [] };
      return (await files()).listDirections((await place()).folder);
    },
    async saveDirection({ direction, ...words }) {
      const { run, folder } = await place();
      const saved = await (await files()).saveDirection(folder, { ...direction, ...words, run });
      savedDirectionsChanged.fire();
      return saved;
    },
    async deleteDirection({ file }) {
      const { folder } = await place();
      const question = t('Delete the direction {0}?', plainName(file));
      if (!(await services.confirm(question, t('Its file is removed from the workspace.'), t('Delete'))))
        return false;
      await (await files()).deleteDirection(folder, file);
      savedDirectionsChanged.fire();
      return true;
    },
    async openDirection({ file }) {
      const { folder } = await place();
      // Open valid directions only: a file name from a webview is untrusted.
      await (await files()).readDirection(folder, file);
      await services.openFile(join(folder.path, file));
    },
    requestedDirection: () => requestedDirection.take(),
  };
}
