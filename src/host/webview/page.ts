import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { serve } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { pageHtml } from './html';
import type { RejectedMessages } from './rejected-messages';
import { sayLoading } from './say-loading';
import { logged, webviewTransport } from './webview-transport';
import { whileVisible } from './while-visible';
import type { EventSender } from './while-visible';

export interface Page<M extends object> {
  /** Name of the bundle in dist/webview. */
  readonly name: 'explorer' | 'interpolation' | 'compare' | 'dataset' | 'sweep';
  readonly title: string;
  /** They check their arguments. */
  readonly handlers: Handlers<M>;
  readonly refusals: RejectedMessages;
  /** Whether the page decodes by itself. */
  readonly decodes?: boolean;
}

/** Copied into dist/webview by esbuild.mjs. */
const DECODER_WASM = 'tfjs-backend-wasm-simd.wasm';

/** Loads a page into a panel or a view and answers its calls until that is disposed. Sends it events while it is visible. */
export function openPage<M extends object, E extends object>(
  view: vscode.WebviewPanel | vscode.WebviewView,
  extensionUri: vscode.Uri,
  page: Page<M>,
): EventSender<E> & Disposable {
  const { webview } = view;
  const files = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = {
    enableScripts: true,
    localResourceRoots: [files, vscode.Uri.joinPath(extensionUri, 'media')],
  };
  const disposables = new Disposables();
  const closed = new Promise<void>((resolve) => disposables.add(view.onDidDispose(() => resolve())));
  const transport = webviewTransport(webview, closed, page.refusals);
  const served = serve<M, E>(transport, logged(page.handlers, page.refusals));
  const visibilityChanged =
    'onDidChangeViewState' in view ? view.onDidChangeViewState : view.onDidChangeVisibility;
  const events = disposables.add(whileVisible<E>(view, visibilityChanged, served));
  disposables.add(sayLoading(view, visibilityChanged, page.title));
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(files, file)).toString();
  // Listen before loading: the page sends calls as soon as it runs.
  webview.html = pageHtml({
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: address(`${page.name}.js`),
    styles: address(`${page.name}.css`),
    decoder: page.decodes === true ? { script: address('decoder.js'), wasm: address(DECODER_WASM) } : null,
    language: vscode.env.language,
    title: page.title,
    texts: vscode.l10n.bundle,
  });
  void closed.then(() => disposables.dispose());
  return { emit: (event, data) => events.emit(event, data), dispose: () => disposables.dispose() };
}
