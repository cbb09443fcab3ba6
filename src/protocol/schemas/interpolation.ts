/** Methods of the interpolation view; the extension host answers them. */
import * as z from 'zod';
import type { Pictures } from '../../domain/pictures';
import type { ClassifiedPoints } from '../classifier';
import { MAX_WAYPOINTS } from '../latent';
import type { LatentGrid } from '../latent';
import { PATH_KINDS } from '../panel';
import type { InterpolationRequest, PathWait, SavedFile } from '../panel';
import { FILM_FILES, pngFile } from './files';
import { method } from './method';
import type { MethodsOf } from './method';
import { localFileUri } from './values';

const kind = z.enum(PATH_KINDS);

export const interpolationMethods = {
  /** Returns the path to show; null if none has been requested. */
  current: method().returns<InterpolationRequest | null>(),
  /** Returns the path that is being computed; null if none is. */
  waiting: method().returns<PathWait | null>(),
  /** Decodes one frame. `t` is a waypoint's number plus the fraction of the way to the next. */
  frame: method({ t: z.number().min(0).max(MAX_WAYPOINTS), kind }).returns<Pictures>(),
  /** Interpolates bilinearly between the first four waypoints. */
  grid: method().returns<LatentGrid>(),
  /** Decodes many frames of a path. */
  film: method({ kind }).returns<Pictures>(),
  /** Classifies the frames of a path; null if no classifier is attached to the run. */
  classes: method({ kind }).returns<ClassifiedPoints | null>(),
  /** Asks the user for the first two images, like the command. */
  pick: method().returns<void>(),
  /** Asks for an image and appends it; false if the user cancels. */
  add: method().returns<boolean>(),
  /** Reorders or removes waypoints: `order` has the numbers of those to keep, in order. */
  arrange: method({ order: z.array(z.int().min(0)).min(2).max(MAX_WAYPOINTS) }).returns<void>(),
  /** Saves a file in the folder of the run, beside earlier ones, as does `savePoints`. */
  savePicture: method(
    z.union([
      z.strictObject({ name: z.enum(['path-strip', 'path-grid']), format: z.literal('png'), bytes: pngFile }),
      ...FILM_FILES.map((film) => film.extend({ name: z.literal('path') })),
    ]),
  ).returns<SavedFile>(),
  savePoints: method({ kind, format: z.enum(['json', 'npy']) }).returns<SavedFile>(),
  /** Shows the file saved last in the system's file manager. */
  revealSaved: method().returns<void>(),
  /** Asks where to copy the file saved last; false if the user cancels. */
  copySaved: method().returns<boolean>(),
  /** Opens one of the nearest images. */
  openImage: method({ uri: localFileUri }).returns<void>(),
};
export type InterpolationMethods = MethodsOf<typeof interpolationMethods>;
