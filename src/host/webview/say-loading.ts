import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { showWorking } from '../messages';

/** Says in the status bar that a page is being loaded, each time it comes into view, until it asks for something. */
export function sayLoading(
  view: vscode.WebviewPanel | vscode.WebviewView,
  visibilityChanged: vscode.Event<unknown>,
  title: string,
): Disposable {
  const disposables = new Disposables();
  let wasVisible = false;
  let loaded = (): void => undefined;
  const look = (): void => {
    // A page that is hidden is gone, and loaded anew.
    if (view.visible && !wasVisible) {
      const loading = new Promise<void>((resolve) => (loaded = resolve));
      showWorking(vscode.l10n.t('Opening {0}…', title), loading);
    }
    if (!view.visible) loaded();
    wasVisible = view.visible;
  };
  disposables.add(visibilityChanged(look));
  disposables.add(view.webview.onDidReceiveMessage(() => loaded()));
  disposables.add({ dispose: () => loaded() });
  look();
  return disposables;
}
