import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { ExplorerEvents } from '../../protocol/panel';
import type { EngineConnection } from '../engines/engine-connection';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { givenName } from '../runs/run-item';
import type { RunsModel } from '../runs/runs-model';
import { plainName } from '../format';
import type { ExplorerServices } from './explorer-handlers';
import type { RejectedMessages } from '../webview/rejected-messages';
import type { ExplorerMethods } from '../../protocol/schemas/panel';

/** Dependencies of an explorer page. */
export interface ExplorerParts {
  readonly extensionUri: vscode.Uri;
  readonly services: ExplorerServices;
  readonly refusals: RejectedMessages;
  readonly runs: RunsModel;
}

/** Loads the explorer into a panel of the editor area and keeps it in sync with `services.current`. */
export async function openExplorerPage(
  panel: vscode.WebviewPanel,
  { extensionUri, services, refusals, runs }: ExplorerParts,
): Promise<void> {
  // Imported on first use: schemas take most of the extension's startup time.
  const [{ openPage }, { explorerHandlers }] = await Promise.all([
    import('../webview/page'),
    import('./explorer-handlers'),
  ]);
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'vae.svg');
  const page = openPage<ExplorerMethods, ExplorerEvents>(panel, extensionUri, {
    name: 'explorer',
    title: vscode.l10n.t('Latent Explorer'),
    handlers: explorerHandlers(services),
    refusals,
    decodes: true,
  });
  const own = new Disposables();
  let followed: EngineConnection | undefined;
  let following: Disposable | undefined;
  const follow = (): void => {
    const folder = services.current.folder;
    const connection = folder === undefined ? undefined : services.engines.connection(folder);
    const name = givenName(services.current.entry?.record);
    panel.title = name === undefined ? vscode.l10n.t('Latent Explorer') : `VAE: ${plainName(name)}`;
    if (connection === followed) return;
    followed = connection;
    following?.dispose();
    following = connection?.reconstructed((step) => page.emit('reconstructed', { step }));
  };
  const changed = (): void => {
    follow();
    const { entry } = services.current;
    const step = followed?.status?.step ?? entry?.followed?.status.step ?? entry?.record?.lastRow?.step;
    const { folder } = services.current;
    page.emit('changed', { step: step ?? 0, run: folder === undefined ? null : pathToFileURL(folder).href });
  };
  own.add(services.current.changed(changed));
  own.add(
    runs.changed((entry) => {
      if (!entry || entry.folder === services.current.folder) changed();
    }),
  );
  own.add(services.cards.changed(() => page.emit('cardsChanged', {})));
  own.add(services.attention.changed(() => page.emit('attentionChanged', {})));
  own.add(services.mapFocus.changed(() => page.emit('mapFocusChanged', {})));
  const directionsChanged = (): void => page.emit('directionsChanged', {});
  own.add(services.requestedDirection.changed(directionsChanged));
  own.add(services.savedDirectionsChanged.event(directionsChanged));
  own.add(services.classifierChanged.event(() => page.emit('classifierChanged', {})));
  own.add({ dispose: () => following?.dispose() });
  follow();
  panel.onDidDispose(() => own.dispose());
}
