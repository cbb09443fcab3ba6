import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import { EXPLORER_PANEL } from '../identifiers';
import { openExplorerPage } from './explorer-page';
import type { ExplorerParts } from './explorer-page';

/** The explorer panel in the editor area, for the window's current run. */
export class ExplorerPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private readonly disposables = new Disposables();

  constructor(private readonly parts: ExplorerParts) {
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

  private adopt(panel: vscode.WebviewPanel): Promise<void> {
    this.panel = panel;
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    return openExplorerPage(panel, this.parts);
  }
}
