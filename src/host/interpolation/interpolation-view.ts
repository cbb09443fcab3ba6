import * as vscode from 'vscode';
import type { InterpolationEvents } from '../../protocol/panel';
import type { Emitter } from '../emitter';
import { View } from '../identifiers';
import type { InterpolationServices } from './interpolation-handlers';
import type { RejectedMessages } from '../webview/rejected-messages';
import type { InterpolationMethods } from '../../protocol/schemas/interpolation';

/** The interpolation view in the side panel; users may move it elsewhere. */
export class InterpolationViewProvider implements vscode.WebviewViewProvider {
  private view: vscode.WebviewView | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: InterpolationServices & { readonly classifierChanged: Emitter<void> },
    private readonly refusals: RejectedMessages,
  ) {}

  async show(): Promise<void> {
    if (this.view) this.view.show(true);
    else await vscode.commands.executeCommand(`${View.interpolation}.focus`, { preserveFocus: true });
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.view = view;
    // Imported on first use: schemas take most of the extension's startup time.
    const [{ openPage }, { interpolationHandlers }] = await Promise.all([
      import('../webview/page'),
      import('./interpolation-handlers'),
    ]);
    const page = openPage<InterpolationMethods, InterpolationEvents>(view, this.extensionUri, {
      name: 'interpolation',
      title: vscode.l10n.t('Interpolation'),
      handlers: interpolationHandlers(this.services),
      refusals: this.refusals,
    });
    const { interpolation } = this.services;
    const listening = [
      interpolation.changed(() => page.emit('changed', {})),
      interpolation.waitingChanged(() => page.emit('waiting', {})),
      interpolation.asked(() => page.emit('asked', {})),
      this.services.classifierChanged.event(() => page.emit('classifierChanged', {})),
    ];
    view.onDidDispose(() => {
      for (const each of listening) each.dispose();
      if (this.view === view) this.view = undefined;
    });
  }
}
