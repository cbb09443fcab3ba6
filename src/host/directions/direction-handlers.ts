import { basename, join } from 'node:path';
import type { GuardedPath } from '../../runs/guarded-path';
import type { PanelDirectionMethods } from '../../protocol/directions';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { RequestedDirection } from '../../protocol/directions';
import type { Emitter } from '../emitter';
import type { PendingRequest } from '../pending-request';
import { plainName } from '../format';
import type { Translate } from '../format';
import type { AskEngine } from '../webview/ask-engine';
import type { PathEnd } from '../../protocol/points';

export interface DirectionServices {
  readonly ask: AskEngine;
  readonly requestedDirection: PendingRequest<RequestedDirection>;
  readonly savedDirectionsChanged: Emitter<void>;
  /** Folder of the current run, whether or not an engine is alive. */
  runFolder(): string | undefined;
  /** Checks the ends of a path. @throws if an end is an image that the user has not encoded */
  encodedOnly: (...ends: readonly (PathEnd | null)[]) => void;
  /** Opens a file in an editor. */
  openFile(path: string): Promise<void>;
  /** Asks for confirmation before data is lost. @param action label of the button */
  confirm(question: string, detail: string, action: string): Promise<boolean>;
  readonly t: Translate;
}

/** Handles requests about directions from the explorer panel. */
export function directionHandlers(services: DirectionServices): Handlers<PanelDirectionMethods> {
  const { ask, requestedDirection, savedDirectionsChanged, encodedOnly, t } = services;
  // Imported on first use: schemas take most of the extension's startup time.
  const files = () => import('../../runs/directions');

  async function place(): Promise<{ run: string; folder: GuardedPath }> {
    const runFolder = services.runFolder();
    if (runFolder === undefined) throw new RpcError('not-ready', t('Open a run to make a direction.'));
    return { run: basename(runFolder), folder: (await files()).directionsFolder(runFolder) };
  }

  return {
    makeDirection: (params, signal) => ask('makeDirection', params, signal),
    along(params, signal) {
      encodedOnly(params.around);
      return ask('along', params, signal);
    },
    analogy(params, signal) {
      encodedOnly(params.a, params.b, params.c);
      return ask('analogy', params, signal);
    },
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
