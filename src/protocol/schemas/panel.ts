/**
 * Methods of the explorer panel: those that the extension host answers itself, and those that it passes on to the run's engine.
 * The panel pulls data; the host only notifies it of changes.
 */
import * as z from 'zod';
import type { ImageCard } from '../../domain/pictures';
import type { Direction, SavedDirection, SavedDirections } from '../../domain/direction';
import type { RequestedDirection } from '../directions';
import type { EncodeFailure } from '../engine';
import { MAX_WAYPOINTS } from '../latent';
import { IMAGE_ACTIONS } from '../map';
import type { ImageActionResult, MapTag } from '../map';
import { FILM_FORMATS, FILM_KINDS, PICTURE_KINDS, RUN_ACTIONS } from '../panel';
import type { AttentionView, CurvePart, FilmFormat, RunView } from '../panel';
import type { EngineMethods } from './engine';
import { filmFile, pngFile } from './files';
import { mapPlaces } from './latent';
import { method } from './method';
import type { MethodsOf } from './method';
import { imageId, imageIds, latentPoint, localFileUri, mapAxes, seed } from './values';

/** Maximum characters of a table to be saved. */
const MAX_TABLE_CHARACTERS = 500_000_000;
const MAX_NAME_CHARACTERS = 200;
const MAX_FILE_NAME_CHARACTERS = 210;

const measured = z.strictObject({
  value: z.number().nullable(),
  chanceMean: z.number(),
  chance95: z.number(),
});
const direction = z.strictObject({
  vector: latentPoint,
  start: latentPoint,
  counts: z.tuple([z.int().min(0), z.int().min(0)]),
  inBoth: z.int().min(0),
  score: z.strictObject({ agreement: measured, effect: measured, rounds: z.int().min(1), seed }).nullable(),
  step: z.int().min(0),
  fingerprint: z.string().max(64),
}) satisfies z.ZodType<Direction>;
const directionFile = { file: z.string().min(1).max(MAX_FILE_NAME_CHARACTERS) };

/** Methods that the host answers. */
export const panelMethods = {
  /** Returns the run; called when a view is created, shown again or reloaded. */
  run: method().returns<RunView | null>(),
  /** Returns the rows after step `since`, from the engine or else from the run folder. */
  /** Rows after step `since`. Of a very long file only those at its end, unless the `whole` is asked for. */
  metrics: method({ since: z.int().min(-1), whole: z.boolean() }).returns<CurvePart>(),
  /** Returns the images last sent to `VAE: Encode`, newest first, encoded with the current weights. */
  cards: method().returns<readonly (ImageCard | EncodeFailure)[]>(),
  clearCards: method().returns<void>(),
  /** Forgets some of these images, by their URIs; the files stay. */
  removeCards: method({ uris: z.array(localFileUri).min(1) }).returns<void>(),
  /** Asks for a file and writes the picture to it; false if the user cancels. `of` becomes part of the suggested name. */
  savePicture: method({ of: z.enum(PICTURE_KINDS), png: pngFile }).returns<boolean>(),
  /** The same for a film. */
  /** Asks for one of the file formats that the page can write; null if the user cancels. */
  askFilmFormat: method({ formats: z.array(z.enum(FILM_FORMATS)).min(1) }).returns<FilmFormat | null>(),
  saveFilm: method({ of: z.enum(FILM_KINDS), file: filmFile }).returns<boolean>(),
  stop: method().returns<void>(),
  pause: method().returns<void>(),
  continueTraining: method().returns<void>(),
  /** `learningRate` applies from here on; absent to keep the run's. */
  resume: method({ learningRate: z.number().positive().optional() }).returns<void>(),
  train: method().returns<void>(),
  showLog: method().returns<void>(),
  /** Sets `vae.snapshots`, so that the next training keeps snapshots whatever their size. */
  keepSnapshots: method().returns<void>(),
  /** Begins an action on the shown run, as its command in VS Code does. */
  actOnRun: method({ action: z.enum(RUN_ACTIONS) }).returns<void>(),
  openImage: method({ uri: localFileUri }).returns<void>(),
  /** Opens the interpolation view through images of the map. */
  interpolateImages: method({ ids: z.array(imageId).min(2).max(MAX_WAYPOINTS) }).returns<void>(),
  /** Opens the interpolation view through images of the tray, in order: encoded files, by their URIs from `cards`, and dataset images. */
  interpolateTray: method({
    images: z
      .array(z.union([z.strictObject({ uri: localFileUri }), z.strictObject({ id: imageId })]))
      .min(2)
      .max(MAX_WAYPOINTS),
  }).returns<void>(),
  /** Opens the interpolation view on the latent path under a line on the map. `note` describes the other coordinates. */
  interpolateLine: method(mapAxes.extend({ places: mapPlaces, note: z.string().max(1000) })).returns<void>(),
  openMapImage: method({ id: imageId }).returns<void>(),
  /** Applies the user's action to selected images. `tag` asks for a name; `exclude` excludes them from future runs. */
  actOnImages: method({ action: z.enum(IMAGE_ACTIONS), ids: imageIds.min(1) }).returns<ImageActionResult>(),
  /** Asks for a file and writes the table to it; false if the user cancels. */
  exportTable: method({ csv: z.string().max(MAX_TABLE_CHARACTERS) }).returns<boolean>(),
  /** Returns the run's tags. */
  mapTags: method().returns<readonly MapTag[]>(),
  /** Makes a tag stand on exactly these images; with none it is removed. */
  setTag: method({ name: z.string().min(1).max(MAX_NAME_CHARACTERS), ids: imageIds }).returns<void>(),
  removeTag: method({ name: z.string().min(1).max(MAX_NAME_CHARACTERS) }).returns<void>(),
  /** Returns the ids of dataset images excluded from future runs. */
  excludedImages: method().returns<readonly string[]>(),
  /** Includes all images of the dataset again. */
  includeAgain: method().returns<void>(),
  /** Returns what commands want to be in view of the shown run, once, and what they are doing. */
  attention: method().returns<AttentionView>(),
  /** Notes the selected images, for commands that read them. */
  noteSelection: method({ ids: imageIds }).returns<void>(),
  /** Returns and clears the images last requested by `VAE: Show on Map`; empty if there are none. */
  mapFocus: method().returns<readonly string[]>(),
  directions: method().returns<SavedDirections>(),
  /** Saves a direction. @throws if a direction with this name exists */
  saveDirection: method({
    name: z.string().trim().min(1).max(MAX_NAME_CHARACTERS),
    from: z.string().max(500),
    to: z.string().max(500),
    direction,
  }).returns<SavedDirection>(),
  /** Deletes a direction after confirmation; false if the user cancels. */
  deleteDirection: method(directionFile).returns<boolean>(),
  /** Opens the direction's file. */
  openDirection: method(directionFile).returns<void>(),
  /** Returns and clears the direction that a command has asked the panel to show; null if there is none. */
  requestedDirection: method().returns<RequestedDirection | null>(),
};
export type PanelMethods = MethodsOf<typeof panelMethods>;

/** Methods that the host passes on to the engine of the run. They fail with `not-ready` while no engine can answer. */
export const RELAYED_METHODS = [
  'reconstructions',
  'evaluate',
  'traverse',
  'decode',
  'decoderWeights',
  'manifold',
  'sample',
  'snapshots',
  'timeImages',
  'atSnapshot',
  'placesAtSnapshot',
  'map',
  'encodeAll',
  'cancelEncodeAll',
  'startLayout',
  'cancelLayout',
  'mapImages',
  'mapColumn',
  'mapFields',
  'mapField',
  'mapCards',
  'mapPictures',
  'mapNearPairs',
  'mapClusters',
  'mapPlane',
  'mapPosteriors',
  'mapRanks',
  'probe',
  'neighbours',
  'makeDirection',
  'along',
  'selectionSpread',
  'analogy',
  'classifier',
  'classifyAll',
  'cancelClassifyAll',
  'classifyPoints',
  'decisionRegions',
  'directionEffect',
] as const satisfies readonly (keyof EngineMethods)[];
export type RelayedMethods = Pick<EngineMethods, (typeof RELAYED_METHODS)[number]>;

export type ExplorerMethods = PanelMethods & RelayedMethods;
