import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Pictures } from '../../domain/pictures';
import { directionsFolder, listDirections } from '../../runs/directions';
import type { ExtensionServices } from '../services';
import type { RunEntry } from '../runs/runs-model';
import { plainName } from '../format';
import { requireTrust } from '../trust';
import { givenImages, imageArgument, modelRun } from '../commands/image-arguments';
import { isProgram } from '../commands/register';
import type { SavedDirection } from '../../domain/direction';
import { parseArgument } from '../commands/parse-argument';

/** Default positions along a direction (0 is its start, 1 its end), from before the start to beyond the end. */
const PLACES = Array.from({ length: 11 }, (_, i) => -0.5 + i / 5);

/** Argument of `vae.applyDirection` for programs: a saved direction by name or file, and what to apply it to. */
const argumentSchema = z.strictObject({
  direction: z.string().min(1).max(300),
  /** Image to move; the origin if absent. */
  image: imageArgument.optional(),
  places: z.array(z.number()).min(1).max(101).optional(),
  /** Checked where the run is found. */
  run: z.unknown().optional(),
});

/** Points moved along a direction, as plain data. */
export interface AppliedDirection {
  readonly direction: string;
  /** Whether the direction was computed from this run, at the step of these weights. */
  readonly sameWeights: boolean;
  /** Position of the image itself along the direction: 0 is level with its start, 1 with its end. */
  readonly place: number;
  readonly places: number[];
  /** One point per position in `places`. */
  readonly z: number[][];
  readonly pictures: Pictures;
  readonly step: number;
}

/** `VAE: Apply Direction`: shows a saved direction in the panel; returns the moved points with their pictures. */
export async function applyDirection(
  host: ExtensionServices,
  argument?: unknown,
): Promise<AppliedDirection | undefined> {
  requireTrust();
  const entry = await modelRun(host, argument);
  if (isProgram([argument]))
    return apply(host, entry, parseArgument('vae.applyDirection', argumentSchema, argument));
  const { directions } = await listDirections(directionsFolder(entry.folder));
  if (directions.length === 0)
    throw new Error(vscode.l10n.t('No direction has been saved yet. Run VAE: Make Direction to make one.'));
  const items = directions.map((direction) => ({
    label: plainName(direction.name),
    description: plainName(direction.to === '' ? direction.from : `${direction.from} → ${direction.to}`),
    direction,
  }));
  const title = vscode.l10n.t('VAE: Apply Direction');
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!chosen) return undefined;
  await host.current.choose(entry.folder);
  host.requestedDirection.show({ file: chosen.direction.file });
  host.showExplorer({ tab: 'directions' });
  return host.attention.during(
    vscode.l10n.t('Applying the direction {0}…', plainName(chosen.direction.name)),
    () => apply(host, entry, { direction: chosen.direction.file }),
  );
}

async function apply(
  host: ExtensionServices,
  entry: RunEntry,
  { direction: name, image, places = PLACES }: z.infer<typeof argumentSchema>,
): Promise<AppliedDirection> {
  const direction = await namedDirection(entry, name);
  const [uri] = image === undefined ? [] : givenImages({ images: [image] }, undefined);
  const { start, vector } = direction;
  const moved = await host.engines.ask(entry.folder, 'along', {
    ...{ around: uri === undefined ? null : { uri }, start, vector, places: Float32Array.from(places) },
  });
  const { place, pictures, step, z: points } = moved;
  const sameWeights = direction.run === basename(entry.folder) && direction.step === step;
  const z = places.map((_, i) => Array.from(points.subarray(i * vector.length, (i + 1) * vector.length)));
  return { direction: direction.name, sameWeights, place, places, z, pictures, step };
}

async function namedDirection(entry: RunEntry, name: string): Promise<SavedDirection> {
  const { directions } = await listDirections(directionsFolder(entry.folder));
  const found =
    directions.find((each) => each.name === name) ?? directions.find((each) => each.file === name);
  if (found) return found;
  const known = directions.map((each) => each.name).join(', ');
  throw new Error(
    vscode.l10n.t('This workspace has no direction {0}. It has: {1}.', plainName(name), known || '–'),
  );
}
