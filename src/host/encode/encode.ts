import * as vscode from 'vscode';
import type { EncodeFailure } from '../../protocol/engine';
import type { ImageCard } from '../../domain/pictures';
import { MAX_CARDS } from './cards';
import type { ExtensionServices } from '../services';
import { showInformation } from '../messages';
import { toPlainArrays } from '../commands/to-plain-arrays';
import type { PlainArrays } from '../commands/to-plain-arrays';
import { requireTrust } from '../trust';
import { activeImage, browseImages, givenImages, modelRun } from '../commands/image-arguments';
import { formatCount } from '../../text/format-count';

/** An image card with plain arrays for numbers. */
export type PlainImageCard = PlainArrays<ImageCard>;

/** `VAE: Encode`: encodes the images of the menu, the argument or the editor, or asks for some. */
export async function encode(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<(PlainImageCard | EncodeFailure)[] | undefined> {
  requireTrust();
  const run = await modelRun(host, argument);
  let uris = givenImages(argument, selection);
  if (uris.length === 0) {
    const active = activeImage();
    const chosen = active ? [active] : await browseImages(vscode.l10n.t('VAE: Encode'), true);
    uris = chosen.flatMap((uri) => givenImages(uri, undefined));
  }
  if (uris.length === 0) return undefined;
  if (uris.length > MAX_CARDS) {
    void showInformation(
      vscode.l10n.t(
        'VAE: only the first {1} of {0} images are encoded.',
        formatCount(uris.length),
        formatCount(MAX_CARDS),
      ),
    );
    uris = uris.slice(0, MAX_CARDS);
  }
  await host.current.choose(run.folder);
  // Before the work: the explorer says what is waited for.
  host.showExplorer({ pane: 'image' });
  const said =
    uris.length === 1
      ? vscode.l10n.t('Encoding 1 image…')
      : vscode.l10n.t('Encoding {0} images…', formatCount(uris.length));
  const cards = await host.attention.during(said, () => host.engines.ask(run.folder, 'encode', { uris }));
  for (const card of cards) if ('error' in card) host.log.warn(`encode ${card.uri}: ${card.error}`);
  host.cards.offer(run.folder, cards);
  await host.current.choose(run.folder);
  await host.cards.add(uris);
  host.showExplorer({ pane: 'image', image: uris[0]! });
  return cards.map((card) => toPlainArrays(card));
}
