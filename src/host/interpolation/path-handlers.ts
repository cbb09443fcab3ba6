import type { PanelMethods } from '../../protocol/schemas/panel';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { Engines } from '../engines/engines';
import type { InterpolationModel } from './interpolation';
import type { KeptWaypoint } from './waypoints';
import type { Translate } from '../format';

export interface PathServices {
  readonly engines: Engines;
  readonly interpolation: InterpolationModel;
  showInterpolation(): Promise<void>;
  /** Returns the current run. @throws RpcError `not-ready` if it has no engine to query */
  model(): Promise<string>;
  /** @throws RpcError if one of the files has not been encoded: a webview must not make the engine read others */
  permit(uris: readonly string[]): void;
  readonly t: Translate;
}

type PathMethods = Pick<PanelMethods, 'interpolateImages' | 'interpolateTray' | 'interpolateLine'>;

/** Handles requests of the explorer panel to show a path through latent space. */
export function pathHandlers(services: PathServices): Handlers<PathMethods> {
  const { engines, interpolation, t } = services;

  async function show(runFolder: string, waypoints: readonly KeptWaypoint[], note = ''): Promise<void> {
    const shown = services.showInterpolation();
    await interpolation.set(runFolder, waypoints, note);
    await shown;
  }

  return {
    interpolateImages: async ({ ids }) =>
      show(
        await services.model(),
        ids.map((id) => ({ id })),
      ),
    async interpolateTray({ images }) {
      services.permit(images.flatMap((image) => ('uri' in image ? [image.uri] : [])));
      await show(await services.model(), images);
    },
    async interpolateLine({ note, ...line }, signal) {
      const runFolder = await services.model();
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
