import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { Pictures } from '../../protocol/pictures';
import type { Host } from '../host';
import { plainName } from '../text';
import { requireTrust } from '../trust';
import { browseImages, givenImages, modelRun } from './images';

/** The strip as plain data. */
export interface InterpolationResult {
  readonly from: number[];
  readonly to: number[];
  readonly linear: Pictures;
  readonly spherical: Pictures;
  readonly step: number;
}

/** `VAE: Interpolate` between two images: of the menu, of the argument, or asked for. */
export async function interpolate(
  host: Host,
  argument?: unknown,
  selection?: unknown,
): Promise<InterpolationResult | undefined> {
  requireTrust();
  const run = await modelRun(host, argument);
  const given = givenImages(argument, selection);
  if (given.length > 2) {
    throw new Error(vscode.l10n.t('VAE: Interpolate takes two images, got {0}.', given.length));
  }
  const from = given[0] ?? (await pickImage(host, vscode.l10n.t('VAE: Interpolate (first image)')));
  if (from === undefined) return undefined;
  const to = given[1] ?? (await pickImage(host, vscode.l10n.t('VAE: Interpolate (second image)'), from));
  if (to === undefined) return undefined;
  const shown = host.showInterpolation();
  const made = await host.interpolation.set(run.folder, from, to);
  await shown;
  return { ...made, from: Array.from(made.from), to: Array.from(made.to) };
}

/** One of the images encoded lately, or any. */
async function pickImage(host: Host, title: string, other?: string): Promise<string | undefined> {
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
