import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { serve } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { Disposables } from '../emitter';
import type { Disposable, Event } from '../emitter';
import { pageHtml } from './html';
import type { RejectedMessages } from './rejected-messages';
import { logged, webviewTransport } from './webview-transport';

export interface Page<M extends object> {
  /** Name of the bundle in dist/webview. */
  readonly name: 'explorer' | 'interpolation' | 'compare';
  readonly title: string;
  /** They check their arguments. */
  readonly handlers: Handlers<M>;
  readonly refusals: RejectedMessages;
}

/** Loads a page into a webview and answers its calls until the view is disposed. */
export function openPage<M extends object, E extends object>(
  webview: vscode.Webview,
  viewDisposed: Event<void>,
  extensionUri: vscode.Uri,
  page: Page<M>,
): ReturnType<typeof serve<M, E>> & Disposable {
  const files = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = {
    enableScripts: true,
    localResourceRoots: [files, vscode.Uri.joinPath(extensionUri, 'media')],
  };
  const disposables = new Disposables();
  const closed = new Promise<void>((resolve) => disposables.add(viewDisposed(() => resolve())));
  const transport = webviewTransport(webview, closed, page.refusals);
  const served = serve<M, E>(transport, logged(page.handlers, page.refusals));
  // Listen before loading: the page sends calls as soon as it runs.
  webview.html = pageHtml({
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: webview.asWebviewUri(vscode.Uri.joinPath(files, `${page.name}.js`)).toString(),
    styles: webview.asWebviewUri(vscode.Uri.joinPath(files, `${page.name}.css`)).toString(),
    language: vscode.env.language,
    title: page.title,
    texts: vscode.l10n.bundle,
  });
  void closed.then(() => disposables.dispose());
  return { ...served, dispose: () => disposables.dispose() };
}
