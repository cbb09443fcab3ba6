import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import { IMAGE_PATTERN } from '../../domain/image-pattern';
import type { ExtensionServices } from '../services';
import type { RunEntry } from '../runs/runs-model';
import { requireLocal } from '../trust';
import { namedRun } from '../runs/pick-run';
import { localPath } from '../local-files';

/** An image given by a program: a path or a `file:` URI. */
export const imageArgument = z.union(
  [
    z.string().min(1).max(8192),
    z.custom<vscode.Uri>((value) => value instanceof vscode.Uri, 'expected a path or a URI'),
  ],
  'expected a path or a URI',
);
/**
 * Argument of `vae.encode` and `vae.interpolate` for programs: paths or URIs, and optionally a run other than the current one.
 */
const argumentSchema = z.union([
  z.array(imageArgument).min(1),
  z.strictObject({
    images: z.array(imageArgument).min(1),
    run: z.unknown().optional(),
  }),
]);

/**
 * Returns `file:` URIs of the images passed by a program or a menu; empty if there are none.
 * @throws unless all are local image files
 */
export function givenImages(argument: unknown, selection: unknown): string[] {
  const items: unknown[] =
    argument instanceof vscode.Uri
      ? Array.isArray(selection) && selection.length > 0
        ? selection
        : [argument]
      : argument === undefined || argument === null
        ? []
        : programImages(argument);
  return items.map(imageUri);
}

function programImages(argument: unknown): unknown[] {
  const parsed = argumentSchema.safeParse(argument);
  if (!parsed.success) throw new Error('expected a list of images: paths, or file URIs');
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.images;
}

function imageUri(item: unknown): string {
  let path: string;
  if (item instanceof vscode.Uri) {
    requireLocal(item);
    path = localPath(item);
  } else path = String(item).startsWith('file:') ? fileURLToPath(String(item)) : String(item);
  if (!IMAGE_PATTERN.test(path)) {
    throw new Error(
      vscode.l10n.t(
        '{0} is not a supported image file: expected PNG, JPEG, WebP, AVIF, JPEG XL, GIF, BMP, TIFF, Netpbm or QOI.',
        path,
      ),
    );
  }
  return pathToFileURL(path).href;
}

/** Returns the image in the active editor, if any. */
export function activeImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && IMAGE_PATTERN.test(input.uri.path) ? input.uri : undefined;
}

export async function browseImages(title: string, many: boolean): Promise<vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    canSelectMany: many,
    filters: { [vscode.l10n.t('Images')]: ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff'] },
  });
  return chosen ?? [];
}

/** Returns the named run, or else the window's current one. @throws if there is none */
export async function modelRun(host: ExtensionServices, argument: unknown): Promise<RunEntry> {
  const named = await namedRun(host, argument);
  if (named) return named;
  if (!host.current.entry) await host.runs.refresh();
  const { entry } = host.current;
  if (entry) return entry;
  throw new Error(vscode.l10n.t('No model has been trained yet. Run VAE: Train first.'));
}
