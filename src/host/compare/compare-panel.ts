import * as vscode from 'vscode';
import type { CompareEvents } from '../../protocol/compare';
import { Disposables } from '../emitter';
import { COMPARE_PANEL } from '../identifiers';
import type { RunsModel } from '../runs/runs-model';
import type { CompareServices } from './compare-handlers';
import type { RejectedMessages } from '../webview/rejected-messages';
import type { CompareMethods } from '../../protocol/schemas/compare';

/** The panel that compares runs, in the editor area. */
export class ComparePanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private readonly disposables = new Disposables();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: CompareServices,
    private readonly refusals: RejectedMessages,
    private readonly runs: RunsModel,
  ) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(COMPARE_PANEL, this));
  }

  show(): void {
    if (this.panel) this.panel.reveal(undefined, true);
    else
      void this.adopt(
        vscode.window.createWebviewPanel(COMPARE_PANEL, vscode.l10n.t('Compare Runs'), {
          viewColumn: vscode.ViewColumn.Active,
          preserveFocus: true,
        }),
      );
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.panel?.dispose();
    await this.runs.refresh();
    const { compared } = this.services;
    if (compared.folders.length === 0)
      compared.restore(state, (folder) => this.runs.find(folder) !== undefined);
    await this.adopt(panel);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async adopt(panel: vscode.WebviewPanel): Promise<void> {
    this.panel = panel;
    // Imported on first use: schemas take most of the extension's startup time.
    const [{ openPage }, { compareHandlers }] = await Promise.all([
      import('../webview/page'),
      import('./compare-handlers'),
    ]);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'vae.svg');
    const page = openPage<CompareMethods, CompareEvents>(panel, this.extensionUri, {
      name: 'compare',
      title: vscode.l10n.t('Compare Runs'),
      handlers: compareHandlers(this.services),
      refusals: this.refusals,
    });
    const own = new Disposables();
    const { compared } = this.services;
    own.add(compared.changed(() => page.emit('chosen', {})));
    own.add(
      this.runs.changed((entry) => {
        if (!entry || compared.folders.includes(entry.folder)) page.emit('changed', {});
      }),
    );
    panel.onDidDispose(() => {
      own.dispose();
      if (this.panel === panel) this.panel = undefined;
    });
  }
}
