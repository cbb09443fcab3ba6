import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { SweepEvents } from '../../protocol/sweep';
import type { SweepMethods } from '../../protocol/schemas/sweep';
import { folderOf } from '../compare/compared-runs';
import { Disposables } from '../emitter';
import { plainName } from '../format';
import { SWEEP_PANEL } from '../identifiers';
import type { RejectedMessages } from '../webview/rejected-messages';
import type { SweepServices } from './sweep-handlers';
import type { SweepsModel } from './sweeps-model';

/** The pages of sweeps, in the editor area: one for each sweep that was opened. */
export class SweepPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly disposables = new Disposables();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: SweepServices,
    private readonly refusals: RejectedMessages,
    private readonly sweeps: SweepsModel,
  ) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(SWEEP_PANEL, this));
  }

  /** @param folder of the sweep */
  show(folder: string): void {
    const there = this.panels.get(folder);
    if (there) return there.reveal(undefined, true);
    const panel = vscode.window.createWebviewPanel(SWEEP_PANEL, titleOf(folder), {
      viewColumn: vscode.ViewColumn.Active,
      preserveFocus: true,
    });
    void this.adopt(panel, folder);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const uri = typeof state === 'object' && state !== null && 'sweep' in state ? state.sweep : undefined;
    const folder = folderOf(uri);
    await this.sweeps.refresh();
    // The state may have been written by anyone: only a sweep of this window is opened.
    if (folder === undefined || !this.sweeps.find(folder) || this.panels.has(folder)) {
      panel.dispose();
      return;
    }
    await this.adopt(panel, folder);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async adopt(panel: vscode.WebviewPanel, folder: string): Promise<void> {
    this.panels.set(folder, panel);
    panel.title = titleOf(folder);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'vae.svg');
    // Imported on first use: schemas take most of the extension's startup time.
    const [{ openPage }, { sweepHandlers }] = await Promise.all([
      import('../webview/page'),
      import('./sweep-handlers'),
    ]);
    const page = openPage<SweepMethods, SweepEvents>(panel, this.extensionUri, {
      name: 'sweep',
      title: titleOf(folder),
      handlers: sweepHandlers(folder, this.services),
      refusals: this.refusals,
    });
    const listening = this.sweeps.changed(() => page.emit('changed', {}));
    panel.onDidDispose(() => {
      listening.dispose();
      if (this.panels.get(folder) === panel) this.panels.delete(folder);
    });
  }
}

const titleOf = (folder: string): string =>
  vscode.l10n.t('Sweep: {0}', plainName(folder.slice(dirname(folder).length + 1)));
