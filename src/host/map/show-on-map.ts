import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { isInsideFolder } from '../../runs/inside-folder';
import type { ExtensionServices } from '../services';
import type { RunEntry } from '../runs/runs-model';
import { plainName } from '../format';
import { requireTrust } from '../trust';
import { activeImage, browseImages, givenImages, modelRun } from '../commands/image-arguments';

/** Run whose map is shown, and ids of the highlighted images. */
export interface ShownOnMap {
  readonly run: string;
  readonly ids: readonly string[];
}

/** `VAE: Show on Map`: shows the images of the menu, the argument or the editor on the map of a run that was trained on them. */
export async function showOnMap(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<ShownOnMap | undefined> {
  requireTrust();
  const preferred = await modelRun(host, argument);
  let uris = givenImages(argument, selection);
  if (uris.length === 0) {
    const active = activeImage();
    const chosen = active ? [active] : await browseImages(vscode.l10n.t('VAE: Show on Map'), true);
    uris = chosen.flatMap((uri) => givenImages(uri, undefined));
  }
  if (uris.length === 0) return undefined;
  const paths = await Promise.all(uris.map((uri) => realpath(fileURLToPath(uri))));
  for (const entry of [preferred, ...host.runs.entries]) {
    const ids = await idsIn(entry, paths);
    if (ids.length === 0) continue;
    await host.current.choose(entry.folder);
    host.mapFocus.show(ids);
    host.showExplorer({ tab: 'map' });
    return { run: entry.folder, ids };
  }
  throw new Error(
    vscode.l10n.t(
      '{0} is not in the folder that a run of this workspace was trained on. VAE: Encode takes any image.',
      plainName(vscode.workspace.asRelativePath(paths[0]!)),
    ),
  );
}

/** Returns ids of the images that lie in the run's dataset, if that is a folder. */
export async function idsIn({ record }: RunEntry, paths: readonly string[]): Promise<string[]> {
  const source = record?.config.data.source;
  if (source?.kind !== 'folder') return [];
  const root = await realpath(fileURLToPath(source.uri)).catch(() => null);
  if (root === null) return [];
  return paths
    .filter((path) => isInsideFolder(root, path))
    .map((path) => relative(root, path).split(sep).join('/'));
}
