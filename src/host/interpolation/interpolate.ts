import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { MAX_WAYPOINTS } from '../../protocol/latent';
import type { LatentPath, PathTrack } from '../../protocol/latent';
import type { Pictures } from '../../domain/pictures';
import type { ExtensionServices } from '../services';
import { plainName } from '../format';
import { requireTrust } from '../trust';
import { browseImages, givenImages, modelRun } from '../commands/image-arguments';
import { formatCount } from '../../text/format-count';

/** One kind of path as plain data, with an entry for each frame. */
export interface PathResult {
  readonly z: number[][];
  /** Log-density in nats under the prior and under the fitted aggregate posterior; null if that cannot be fitted. */
  readonly priorDensity: number[];
  readonly density: number[] | null;
  /** Nearest images by Euclidean distance between posterior means; null if the images are not encoded. */
  readonly nearest: { readonly id: string; readonly uri: string | null; readonly distance: number }[] | null;
}

/** A path as plain data. */
export interface InterpolationResult {
  /** Posterior means of the first image, of the last image, and of all images. */
  readonly from: number[];
  readonly to: number[];
  readonly waypoints: number[][];
  /** Frame indices of the images. */
  readonly at: number[];
  readonly linear: Pictures;
  readonly spherical: Pictures;
  readonly paths: { readonly linear: PathResult; readonly spherical: PathResult };
  readonly step: number;
}

/** `VAE: Interpolate`: computes a path through two or more images, in order, from the menu, the argument or a question. */
export async function interpolate(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<InterpolationResult | undefined> {
  requireTrust();
  const run = await modelRun(host, argument);
  const given = givenImages(argument, selection);
  if (given.length > MAX_WAYPOINTS) {
    throw new Error(
      vscode.l10n.t(
        'VAE: Interpolate takes 2 to {0} images, got {1}.',
        MAX_WAYPOINTS,
        formatCount(given.length),
      ),
    );
  }
  const from = given[0] ?? (await pickImage(host, vscode.l10n.t('VAE: Interpolate (first image)')));
  if (from === undefined) return undefined;
  const to = given[1] ?? (await pickImage(host, vscode.l10n.t('VAE: Interpolate (second image)'), from));
  if (to === undefined) return undefined;
  const shown = host.showInterpolation();
  const waypoints = [from, to, ...given.slice(2)].map((uri) => ({ uri }));
  const made = await host.interpolation.set(run.folder, waypoints);
  await shown;
  return plain(made);
}

function plain({ waypoints, at, linear, spherical, step }: LatentPath): InterpolationResult {
  const points = rows(waypoints, at.length);
  return {
    ...{ from: points[0]!, to: points.at(-1)!, waypoints: points, at: Array.from(at), step },
    ...{ linear: linear.pictures, spherical: spherical.pictures },
    paths: { linear: plainTrack(linear), spherical: plainTrack(spherical) },
  };
}

function plainTrack({ z, pictures, priorDensity, density, nearest }: PathTrack): PathResult {
  return {
    z: rows(z, pictures.count),
    priorDensity: Array.from(priorDensity),
    density: density && Array.from(density),
    nearest:
      nearest && nearest.ids.map((id, i) => ({ id, uri: nearest.uris[i]!, distance: nearest.distances[i]! })),
  };
}

function rows(values: Float32Array, count: number): number[][] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));
}

/** Asks for one more image for the path. */
export function pickWaypoint(host: ExtensionServices): Promise<string | undefined> {
  return pickImage(host, vscode.l10n.t('VAE: Add an Image to the Path'));
}

/** Asks for an image: a recently encoded one, or any file. */
async function pickImage(
  host: ExtensionServices,
  title: string,
  other?: string,
): Promise<string | undefined> {
  const lately = host.cards.uris
    .filter((uri) => uri !== other)
    .map((uri) => {
      const path = fileURLToPath(uri);
      return {
        label: plainName(basename(path)),
        description: plainName(vscode.workspace.asRelativePath(path)),
        uri,
      };
    });
  const browse = { label: vscode.l10n.t('Browse…'), description: '', uri: undefined };
  const chosen =
    lately.length === 0
      ? browse
      : await vscode.window.showQuickPick([...lately, browse], { title, matchOnDescription: true });
  if (!chosen) return undefined;
  if (chosen.uri !== undefined) return chosen.uri;
  const [uri] = await browseImages(title, false);
  return uri && givenImages(uri, undefined)[0];
}
