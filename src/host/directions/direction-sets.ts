import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import { readTags } from '../../runs/tags';
import type { RunEntry } from '../runs/runs-model';
import { plainName } from '../format';
import { givenImages, imageArgument } from '../commands/image-arguments';
import { idsIn } from '../map/show-on-map';
import type { ImageSet } from '../../domain/direction';
import { formatCount } from '../../text/format-count';

/** A set of images given by a program: by label, by tag, by id or by file, or all images outside the other set. */
export const setSchema = z.union([
  z.strictObject({ label: z.string().max(8192) }),
  z.strictObject({ tag: z.string().max(200) }),
  z.strictObject({ ids: z.array(z.string().min(1).max(8192)).min(1) }),
  z.strictObject({ images: z.array(imageArgument).min(1) }),
  z.strictObject({ rest: z.literal(true) }),
]);
export type GivenSet = z.infer<typeof setSchema>;

/** A set in the form that the engine takes, with a description. */
export interface NamedSet {
  readonly set: ImageSet;
  readonly words: string;
}

/** Resolves a set of images. @throws if a tag is unknown, or images are not in the run's dataset */
export async function resolved(entry: RunEntry, given: GivenSet): Promise<NamedSet> {
  if ('label' in given) return { set: given, words: vscode.l10n.t('label {0}', given.label) };
  if ('rest' in given) return { set: given, words: vscode.l10n.t('all other images') };
  if ('ids' in given)
    return { set: given, words: vscode.l10n.t('{0} images', formatCount(given.ids.length)) };
  if ('tag' in given) {
    const tag = (await readTags(entry.folder)).find(({ name }) => name === given.tag);
    if (!tag) throw new Error(vscode.l10n.t('This run has no tag {0}.', plainName(given.tag)));
    return { set: { ids: tag.ids }, words: vscode.l10n.t('tag {0}', given.tag) };
  }
  const uris = givenImages({ images: given.images }, undefined);
  const paths = await Promise.all(uris.map((uri) => realpath(fileURLToPath(uri))));
  const ids = await idsIn(entry, paths);
  if (ids.length < paths.length) {
    const text = vscode.l10n.t(
      '{0} of {1} images are not in the folder that this run was trained on. A direction can use only the images of its run.',
      ...[paths.length - ids.length, paths.length].map(formatCount),
    );
    throw new Error(text);
  }
  return { set: { ids }, words: vscode.l10n.t('{0} images', formatCount(ids.length)) };
}

/** Asks for set A or B: a label or a tag, and for B also all other images. Undefined if the user dismissed the question. */
export async function askSet(
  entry: RunEntry,
  labels: readonly string[],
  which: 'A' | 'B',
): Promise<GivenSet | undefined> {
  const tags = await readTags(entry.folder);
  const items: (vscode.QuickPickItem & { readonly set: GivenSet })[] = [
    ...(which === 'B' ? [{ label: vscode.l10n.t('All other images'), set: { rest: true as const } }] : []),
    ...labels.map((label) => ({
      label: plainName(label),
      description: vscode.l10n.t('label'),
      set: { label },
    })),
    ...tags.map(({ name, ids }) => ({
      label: plainName(name),
      description: vscode.l10n.t('tag, {0} images', formatCount(ids.length)),
      set: { tag: name },
    })),
  ];
  if (which === 'A' && items.length === 0) {
    throw new Error(
      vscode.l10n.t(
        'The images of this run have neither labels nor tags. Select images in the file explorer, or tag some on the map.',
      ),
    );
  }
  const title = which === 'A' ? vscode.l10n.t('Direction: from') : vscode.l10n.t('Direction: to');
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.set;
}
