import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PanelMapMethods } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import type { Handlers, MethodName, Params, Result } from '../../protocol/rpc';
import type { EngineMethods } from '../../protocol/engine';
import type { Engines } from '../engines';
import { permittedImage } from '../files';
import type { MapFocus } from '../mapFocus';
import type { Translate } from '../text';

export interface MapServices {
  readonly engines: Engines;
  readonly mapFocus: MapFocus;
  /** The current run, once it has an engine to ask. */
  answering(): Promise<string | null>;
  /** Of the current run, where its images are files of a folder. */
  datasetFolder(): string | undefined;
  openImage(path: string): Promise<void>;
  readonly t: Translate;
}

/** What the map of the explorer panel may ask of the host. */
export function mapHandlers(services: MapServices): Handlers<PanelMapMethods> {
  const { engines, t } = services;

  async function ask<K extends MethodName<EngineMethods>>(
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    const runFolder = await services.answering();
    if (runFolder === null) {
      throw new RpcError('not-ready', t('There is no model to ask: the run has no checkpoint yet.'));
    }
    return engines.ask(runFolder, method, params, signal);
  }

  return {
    async map(_params, signal) {
      const runFolder = await services.answering();
      return runFolder === null ? null : engines.ask(runFolder, 'map', {}, signal);
    },
    encodeAll: (params) => ask('encodeAll', params),
    cancelEncodeAll: (params) => ask('cancelEncodeAll', params),
    mapImages: (params, signal) => ask('mapImages', params, signal),
    mapColumn: (params, signal) => ask('mapColumn', params, signal),
    mapCards: (params, signal) => ask('mapCards', params, signal),
    mapPictures: (params, signal) => ask('mapPictures', params, signal),
    async openMapImage({ id }) {
      const folder = services.datasetFolder();
      if (folder === undefined) {
        throw new RpcError('bad-input', t('This image has no file of its own: it is inside another one.'));
      }
      const path = await permittedImage(pathToFileURL(join(folder, id)).href, [], [folder]);
      await services.openImage(path);
    },
    mapFocus: () => services.mapFocus.take(),
  };
}
