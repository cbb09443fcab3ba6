/** The methods of the extension's interface for other extensions; see api/latent-explorer.d.ts. */
import { fileURLToPath } from 'node:url';
import type * as vscode from 'vscode';
import type * as Api from '../../../api/latent-explorer';
import { stopTraining } from '../../endpoint/stop-training';
import { directionsFolder, listDirections } from '../../runs/directions';
import type { PathTrack } from '../../protocol/latent';
import { apiCommands } from '../commands/api-commands';
import { givenImages } from '../commands/image-arguments';
import { toPlainArrays } from '../commands/to-plain-arrays';
import { applyDirection } from '../directions/apply-direction';
import { makeDirection } from '../directions/make-direction';
import { latents } from '../map/latents';
import { exportRun } from '../runs/export-run';
import { namedRun } from '../runs/pick-run';
import type { ExtensionServices } from '../services';
import { train as trainByCommand } from '../training/train';
import { requireTrust } from '../trust';
import { fileUri, localPath } from '../local-files';
import { checkArguments } from './api-arguments';

/** Frames of a path where a program does not say how many. */
const USUAL_FRAMES = 11;

/** Trust comes first, then what is wrong with the arguments. @throws NotAllowedError or Error */
function check(...[method, given]: Parameters<typeof checkArguments>): void {
  requireTrust();
  checkArguments(method, given);
}

/** Returns the folder of a run of this window. @throws Error if it is none */
async function folderOf(host: ExtensionServices, run: vscode.Uri): Promise<string> {
  return (await namedRun(host, { run: localPath(run) }))!.folder;
}

const urisOf = (images: readonly vscode.Uri[]): string[] => givenImages([...images], undefined);

export async function train(host: ExtensionServices, options: Api.TrainOptions): Promise<vscode.Uri> {
  check('train', { options });
  const { data, labels, ...rest } = options;
  const started = await trainByCommand(host, {
    ...rest,
    data: typeof data === 'string' ? data : localPath(data),
    ...(labels === undefined ? {} : { labels: localPath(labels) }),
  });
  return fileUri(fileURLToPath(started!.runUri));
}

export async function stop(host: ExtensionServices, run: vscode.Uri): Promise<void> {
  check('stop', { run });
  await stopTraining(await folderOf(host, run));
  await host.runs.refresh();
}

export async function encode(
  host: ExtensionServices,
  run: vscode.Uri,
  images: readonly vscode.Uri[],
): Promise<(Api.EncodedImage | Api.EncodeFailure)[]> {
  check('encode', { run, images });
  const folder = await folderOf(host, run);
  const cards = await host.engines.ask(folder, 'encode', { uris: urisOf(images) });
  return cards.map((card) => toPlainArrays(card));
}

export async function decode(
  host: ExtensionServices,
  run: vscode.Uri,
  points: readonly (readonly number[])[],
): Promise<Api.Pictures> {
  check('decode', { run, points });
  return apiCommands.decode(host, { run: await folderOf(host, run), z: points });
}

export async function interpolate(
  host: ExtensionServices,
  run: vscode.Uri,
  images: readonly vscode.Uri[],
  frames = USUAL_FRAMES,
): Promise<Api.LatentPath> {
  check('interpolate', { run, images, frames });
  const folder = await folderOf(host, run);
  const waypoints = urisOf(images).map((uri) => ({ uri }));
  const { at, linear, spherical, step } = await host.engines.ask(folder, 'path', { waypoints, frames });
  return { at: Array.from(at), linear: trackOf(linear), spherical: trackOf(spherical), step };
}

function trackOf({ z, pictures, priorDensity }: PathTrack): Api.PathTrack {
  const size = z.length / pictures.count;
  const points = Array.from({ length: pictures.count }, (_, i) =>
    Array.from(z.subarray(i * size, (i + 1) * size)),
  );
  return { points, pictures, priorDensity: Array.from(priorDensity) };
}

export async function latentsOf(
  host: ExtensionServices,
  run: vscode.Uri,
  columns?: readonly Api.LatentColumn[],
): Promise<Api.Latents> {
  check('latents', { run, columns });
  const folder = await folderOf(host, run);
  return latents(host, { run: folder, ...(columns === undefined ? {} : { columns }) });
}

export async function evaluate(
  host: ExtensionServices,
  run: vscode.Uri,
  options: Api.EvaluateOptions = {},
): Promise<Api.Evaluation> {
  check('evaluate', { run, options });
  const result = await apiCommands.evaluate(host, { ...options, run: await folderOf(host, run) });
  return { ...result, importance: result.importance ?? null };
}

export async function listSaved(host: ExtensionServices, run: vscode.Uri): Promise<Api.SavedDirection[]> {
  check('directions.list', { run });
  const { directions } = await listDirections(directionsFolder(await folderOf(host, run)));
  return directions.map(({ vector, start, counts, step, name, from, to, run: of }) => ({
    ...{ name, from, to, run: of, counts, step },
    vector: Array.from(vector),
    start: Array.from(start),
  }));
}

export async function make(
  host: ExtensionServices,
  run: vscode.Uri,
  from: Api.ImageSet,
  to: Api.ImageSet,
  options: { readonly name?: string; readonly seed?: number } = {},
): Promise<Api.Direction> {
  check('directions.make', { run, from, to, options });
  const made = await makeDirection(host, { ...options, a: from, b: to, run: await folderOf(host, run) });
  if (made === undefined) throw new Error('directions.make: the encoding of the images was cancelled');
  const { start, vector, counts, step } = made;
  return { start, vector, counts, step };
}

export async function apply(
  host: ExtensionServices,
  run: vscode.Uri,
  direction: string,
  places: readonly number[],
  image?: vscode.Uri,
): Promise<Api.AppliedDirection> {
  check('directions.apply', { run, direction, places, image });
  const given = image === undefined ? {} : { image };
  const applied = await applyDirection(host, { ...given, direction, places, run: await folderOf(host, run) });
  const { z: points, pictures, sameWeights, step } = applied!;
  return { points, pictures, sameWeights, step };
}

export async function exportFiles(
  host: ExtensionServices,
  run: vscode.Uri,
  options: Api.ExportOptions = {},
): Promise<vscode.Uri[]> {
  check('export', { run, options });
  const { format, table, images, folder, overwrite } = options;
  const exported = await exportRun(host, {
    run: await folderOf(host, run),
    ...(format === undefined ? {} : { format }),
    ...(table === undefined ? {} : { table }),
    ...(images === undefined ? {} : { images }),
    ...(folder === undefined ? {} : { folder: localPath(folder) }),
    ...(overwrite === undefined ? {} : { overwrite }),
  });
  if (exported === undefined) throw new Error('the export was cancelled');
  return exported.uris.map((uri) => fileUri(fileURLToPath(uri)));
}
