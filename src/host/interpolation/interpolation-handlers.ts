import { interpolationMethods } from '../../protocol/schemas/interpolation';
import type { InterpolationMethods } from '../../protocol/schemas/interpolation';
import { checked } from '../../protocol/schemas/method';
import type { Handlers } from '../../protocol/rpc';
import { permittedImage } from '../files';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { InterpolationModel } from './interpolation';

export interface InterpolationServices {
  readonly interpolation: InterpolationModel;
  execute(command: CommandId): void;
  /** Asks for an image file; undefined if the user chose none. */
  pickWaypoint(): Promise<string | undefined>;
  openImage(path: string): Promise<void>;
  /** Asks where to save, suggesting this name, and writes a file; false if the user cancelled. */
  savePath(name: string, extension: string, bytes: Uint8Array): Promise<boolean>;
  mayStartEngine(): boolean;
}

/** Handles requests of the interpolation view. */
export function interpolationHandlers(services: InterpolationServices): Handlers<InterpolationMethods> {
  const { interpolation } = services;
  return checked(interpolationMethods, {
    current: () => interpolation.current(services.mayStartEngine()),
    frame: ({ t, kind }, signal) => interpolation.frame(t, kind, signal),
    grid: (_params, signal) => interpolation.grid(signal),
    film: ({ kind }, signal) => interpolation.film(kind, signal),
    pick: () => services.execute(Command.interpolate),
    async add() {
      const uri = await services.pickWaypoint();
      if (uri === undefined) return false;
      await interpolation.add({ uri });
      return true;
    },
    arrange: ({ order }) => interpolation.arrange(order),
    savePicture: ({ name, format, bytes }) => services.savePath(name, format, bytes),
    savePoints: ({ kind, format }) =>
      services.savePath(`path-${kind}`, format, interpolation.file(kind, format)),
    async openImage({ uri }) {
      const shown = interpolation.nearest.flatMap((near) => near.uris).filter((one) => one !== null);
      await services.openImage(await permittedImage(uri, shown, []));
    },
  });
}
