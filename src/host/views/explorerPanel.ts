import * as vscode from 'vscode';
import type { ExplorerEvents, ExplorerMethods } from '../../protocol/panel';
import type { Attachment } from '../attachment';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { EXPLORER_PANEL } from '../identifiers';
import type { RunsModel } from '../runs/runsModel';
import { plainName } from '../text';
import { explorerHandlers } from './explorerHandlers';
import type { ExplorerServices } from './explorerHandlers';
import type { Refusals } from './refusals';

/** The explorer: one panel in the editor area, for the window's current run. */
export class ExplorerPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private readonly disposables = new Disposables();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: ExplorerServices,
    private readonly refusals: Refusals,
    private readonly runs: RunsModel,
  ) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(EXPLORER_PANEL, this));
  }

  show(): void {
    if (this.panel) this.panel.reveal(undefined, true);
    else
      void this.adopt(
        vscode.window.createWebviewPanel(EXPLORER_PANEL, vscode.l10n.t('Latent Explorer'), {
          viewColumn: vscode.ViewColumn.Active,
          preserveFocus: true,
        }),
      );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel?.dispose();
    return this.adopt(panel);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async adopt(panel: vscode.WebviewPanel): Promise<void> {
    this.panel = panel;
    // Loaded when first needed: schemas cost most of the extension's start.
    const [{ openPage }, { explorerSchemas }] = await Promise.all([import('./page'), import('./schemas')]);
    const { services } = this;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'vae.svg');
    const page = openPage<ExplorerMethods, ExplorerEvents>(
      panel.webview,
      panel.onDidDispose,
      this.extensionUri,
      {
        name: 'explorer',
        title: vscode.l10n.t('Latent Explorer'),
        schemas: explorerSchemas,
        handlers: explorerHandlers(services),
        refusals: this.refusals,
      },
    );
    const own = new Disposables();
    let followed: Attachment | undefined;
    let following: Disposable | undefined;
    const follow = (): void => {
      const folder = services.current.folder;
      const attachment = folder === undefined ? undefined : services.engines.attachment(folder);
      const name = services.current.entry?.record?.config.name;
      panel.title = name === undefined ? vscode.l10n.t('Latent Explorer') : `VAE: ${plainName(name)}`;
      if (attachment === followed) return;
      followed = attachment;
      following?.dispose();
      following = attachment?.reconstructed((step) => page.emit('reconstructed', { step }));
    };
    const changed = (): void => {
      follow();
      const step = followed?.status?.step ?? services.current.entry?.record?.lastRow?.step;
      page.emit('changed', { step: step ?? 0 });
    };
    own.add(services.current.changed(changed));
    own.add(
      this.runs.changed((entry) => {
        if (!entry || entry.folder === services.current.folder) changed();
      }),
    );
    own.add(services.cards.changed(() => page.emit('cardsChanged', {})));
    own.add(services.mapFocus.changed(() => page.emit('mapFocusChanged', {})));
    own.add({ dispose: () => following?.dispose() });
    follow();
    panel.onDidDispose(() => {
      own.dispose();
      if (this.panel === panel) this.panel = undefined;
    });
  }
}
