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
  /** The current run's folder, whether an engine lives or not. */
  runFolder(): string | undefined;
  /** @throws where an end is an image that the person did not encode */
  encodedOnly: (...ends: readonly (PathEnd | null)[]) => void;
  /** Opens a file in an editor. */
  openFile(path: string): Promise<void>;
  /** Asks before something is lost. @param action what the button says */
  confirm(question: string, detail: string, action: string): Promise<boolean>;
  readonly t: Translate;
}

/** What the directions of the explorer panel may ask of the host. */
export function directionHandlers(services: DirectionServices): Handlers<PanelDirectionMethods> {
  const { ask, requestedDirection, savedDirectionsChanged, encodedOnly, t } = services;
  // Loaded when first needed: schemas cost most of the extension's start.
  const files = () => import('../../runs/directions');

  async function place(): Promise<{ run: string; folder: GuardedPath }> {
    const runFolder = services.runFolder();
    if (runFolder === undefined)
      throw new RpcError('not-ready', t('There is no run to make a direction with.'));
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
      // Only what is a direction: a name that a webview gives is not to be trusted.
      await (await files()).readDirection(folder, file);
      await services.openFile(join(folder.path, file));
    },
    requestedDirection: () => requestedDirection.take(),
  };
}
