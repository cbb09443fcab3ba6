import type { PanelLatentMethods } from '../../protocol/latent';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { Engines } from '../engines/engines';
import type { InterpolationModel } from './interpolation';
import type { KeptWaypoint } from './waypoints';
import type { Translate } from '../format';
import type { PathEnd } from '../../protocol/points';

export interface LatentServices {
  readonly engines: Engines;
  readonly interpolation: InterpolationModel;
  showInterpolation(): Promise<void>;
  /** Returns the current run if it has an engine to query. */
  answering(): Promise<string | null>;
  /** Checks the ends of a path. @throws RpcError for files that are not encoded images */
  encodedOnly(...ends: readonly (PathEnd | null)[]): void;
  readonly t: Translate;
}

/** Handles requests about paths and points in latent space from the explorer panel. */
export function latentHandlers(services: LatentServices): Handlers<PanelLatentMethods> {
  const { engines, interpolation, t } = services;

  async function show(runFolder: string, waypoints: readonly KeptWaypoint[], note = ''): Promise<void> {
    const shown = services.showInterpolation();
    await interpolation.set(runFolder, waypoints, note);
    await shown;
  }

  async function model(): Promise<string> {
    const runFolder = await services.answering();
    if (runFolder === null)
      throw new RpcError('not-ready', t('The model is not available: the run has no checkpoint yet.'));
    return runFolder;
  }

  return {
    async look(params, signal) {
      const runFolder = await services.answering();
      return runFolder === null ? null : engines.ask(runFolder, 'look', { view: 'look', ...params }, signal);
    },
    async neighbours(params, signal) {
      if (!('id' in params.of)) services.encodedOnly(params.of);
      const runFolder = await services.answering();
      return runFolder === null ? null : engines.ask(runFolder, 'neighbours', params, signal);
    },
    interpolateImages: async ({ ids }) =>
      show(
        await model(),
        ids.map((id) => ({ id })),
      ),
    async interpolateLine({ note, ...line }, signal) {
      const runFolder = await model();
      const { z, count } = await engines.ask(runFolder, 'mapPoints', line, signal);
      const latent = z.length / count;
      if (count < 2)
        throw new RpcError('bad-input', t('The line passes only one image. Draw a longer line.'));
      const waypoints = Array.from({ length: count }, (_, i) => ({
        z: Array.from(z.subarray(i * latent, (i + 1) * latent)),
        name: t('Point {0}', i + 1),
      }));
      await show(runFolder, waypoints, note);
    },
  };
}
