import * as vscode from 'vscode';
import type { Pictures } from '../../domain/pictures';
import type { ExtensionServices } from '../services';
import { requireTrust } from '../trust';
import { browseImages, givenImages, modelRun } from '../commands/image-arguments';
import { formatCount } from '../../text/format-count';

/** Result of an analogy, as plain data. */
export interface AnalogyResult {
  /** Points A, B, C and C + (B - A), Nz numbers each. */
  readonly z: number[][];
  /** Pictures decoded from these points. */
  readonly pictures: Pictures;
  readonly step: number;
}

/** `VAE: Analogy`: A is to B as C is to the decoded image, which the panel shows. */
export async function analogy(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<AnalogyResult | undefined> {
  requireTrust();
  const entry = await modelRun(host, argument);
  let uris = givenImages(argument, selection);
  if (uris.length === 0) {
    const chosen = await browseImages(vscode.l10n.t('VAE: Analogy (images A, B and C)'), true);
    if (chosen.length === 0) return undefined;
    uris = chosen.flatMap((uri) => givenImages(uri, undefined));
  }
  const [a, b, c] = uris;
  if (uris.length !== 3 || a === undefined || b === undefined || c === undefined)
    throw new Error(
      vscode.l10n.t('VAE: Analogy takes three images, A, B and C; got {0}.', formatCount(uris.length)),
    );
  const ends = { a: { uri: a }, b: { uri: b }, c: { uri: c } };
  await host.current.choose(entry.folder);
  host.showExplorer({ tab: 'directions' });
  const { z, pictures, step } = await host.attention.during(vscode.l10n.t('Decoding the analogy…'), () =>
    host.engines.ask(entry.folder, 'analogy', ends),
  );
  await host.current.choose(entry.folder);
  await host.cards.add(uris);
  host.requestedDirection.show({ analogy: [a, b, c] });
  host.showExplorer({ tab: 'directions' });
  const latent = z.length / 4;
  const points = Array.from({ length: 4 }, (_, i) => Array.from(z.subarray(i * latent, (i + 1) * latent)));
  return { z: points, pictures, step };
}
