import { pathToFileURL } from 'node:url';
import type { SavedFile } from '../../protocol/panel';
import { interpolationMethods } from '../../protocol/schemas/interpolation';
import type { InterpolationMethods } from '../../protocol/schemas/interpolation';
import { checked } from '../../protocol/schemas/method';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { permittedImage } from '../files';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { InterpolationModel } from './interpolation';
import { isInDataset, savePathFile } from './save-path';
import type { Translate } from '../format';

export interface InterpolationServices {
  readonly interpolation: InterpolationModel;
  execute(command: CommandId): void;
  /** Asks for an image file; undefined if the user chose none. */
  pickWaypoint(): Promise<string | undefined>;
  openImage(path: string): Promise<void>;
  /** Returns the name of a run by its folder. */
  runName(runFolder: string): string;
  /** Returns a path as users know it: relative to the workspace if it lies in it. */
  shortPath(path: string): string;
  reveal(path: string): Promise<void>;
  /** Asks where to copy a file of a run to; false if the user cancelled. */
  copyFile(path: string, runFolder: string): Promise<boolean>;
  mayStartEngine(): boolean;
  readonly t: Translate;
}

/** Handles requests of the interpolation view. */
export function interpolationHandlers(services: InterpolationServices): Handlers<InterpolationMethods> {
  const { interpolation } = services;
  let saved: { readonly path: string; readonly runFolder: string } | null = null;
  const save = async (name: string, extension: string, bytes: Uint8Array): Promise<SavedFile> => {
    const { runFolder, names } = interpolation.subject;
    if (await isInDataset(runFolder, runFolder))
      throw new RpcError(
        'bad-input',
        services.t(
          '{0} is in the dataset, so that a picture there would be trained on as one of its images. Move the folder of runs out of it.',
          runFolder,
        ),
      );
    const path = await savePathFile(runFolder, names, { name, extension, bytes });
    saved = { path, runFolder };
    return { path: services.shortPath(path) };
  };
  const savedFile = (): NonNullable<typeof saved> => {
    if (saved === null) throw new RpcError('bad-input', 'no file has been saved yet');
    return saved;
  };
  return checked(interpolationMethods, {
    async current() {
      const shown = await interpolation.current(services.mayStartEngine());
      if (shown === null) return null;
      const { runFolder, ...path } = shown;
      return { ...path, run: services.runName(runFolder), uri: pathToFileURL(runFolder).href };
    },
    waiting() {
      const { waiting } = interpolation;
      return waiting && { run: services.runName(waiting.runFolder), waypoints: waiting.waypoints };
    },
    frame: ({ t, kind }, signal) => interpolation.frame(t, kind, signal),
    grid: (_params, signal) => interpolation.grid(signal),
    classes: ({ kind }, signal) => interpolation.classes(kind, signal),
    film: ({ kind }, signal) => interpolation.film(kind, signal),
    pick: () => services.execute(Command.interpolate),
    async add() {
      const uri = await services.pickWaypoint();
      if (uri === undefined) return false;
      await interpolation.add({ uri });
      return true;
    },
    arrange: ({ order }) => interpolation.arrange(order),
    savePicture: ({ name, format, bytes }) => save(name, format, bytes),
    savePoints: ({ kind, format }) => save(`path-${kind}`, format, interpolation.file(kind, format)),
    revealSaved: () => services.reveal(savedFile().path),
    copySaved: () => services.copyFile(savedFile().path, savedFile().runFolder),
    async openImage({ uri }) {
      const shown = interpolation.nearest.flatMap((near) => near.uris).filter((one) => one !== null);
      await services.openImage(await permittedImage(uri, shown, []));
    },
  });
}
