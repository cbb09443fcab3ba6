/**
 * Connection to the extension host, and the view state that VS Code keeps while a view is hidden.
 *
 * The host writes the page: `<body><div id="app" data-texts="{}"></div>` with the translations (l10n.ts), and then,
 * with a fresh NONCE per page,
 *
 *     <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-NONCE' 'wasm-unsafe-eval';
 *       connect-src CSP_SOURCE; style-src CSP_SOURCE 'nonce-NONCE'; img-src CSP_SOURCE data: blob:; font-src CSP_SOURCE">
 *     <link rel="stylesheet" href="dist/webview/explorer.css"> <script type="module" nonce="NONCE" src="dist/webview/explorer.js">
 *
 * A module passes its nonce on to the modules that it imports, the explorer's chunks. `wasm-unsafe-eval` and `connect-src` are there only for a page with a decoder (webview/decoder).
 * Both URLs come from `asWebviewUri`; the script follows `#app` and is a module. Inline styles are not needed: the
 * widgets use constructed style sheets, which this policy does not govern, and one probing style element (nonce.ts).
 * Pictures are sent as bytes and painted on canvases.
 */
import { signal } from '@preact/signals';
import { connect } from '../../src/protocol/rpc';
import type { Client, Message, Methods, Transport } from '../../src/protocol/rpc';
import { accepted } from './view-state';
import type { StateStore, ViewState } from './view-state';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** VS Code provides the API once per page. */
const api = acquireVsCodeApi();

function transport(): Transport {
  let receive: ((message: Message) => void) | undefined;
  const listener = (event: MessageEvent<unknown>): void => {
    if (isMessage(event.data)) receive?.(settled(event.data));
  };
  return {
    post: (message) => api.postMessage(message),
    listen(callback) {
      receive = callback;
      window.addEventListener('message', listener);
    },
    dispose: () => window.removeEventListener('message', listener),
    // Never resolves: VS Code removes the page together with its extension host.
    closed: new Promise(() => {}),
  };
}

/** Filters messages that browser extensions and developer tools post to the same window. */
function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && ('id' in data || 'event' in data);
}

/** Restores a reply of `undefined`: VS Code sends messages as JSON, which drops `ok: undefined`. */
function settled(message: Message): Message {
  const bare =
    'id' in message && !('ok' in message || 'err' in message || 'call' in message || 'cancel' in message);
  return bare ? { id: (message as { id: number }).id, ok: undefined } : message;
}

/** Call ids reserved per page, so that pages loaded into the same webview do not share ids. */
const IDS_OF_A_PAGE = 2 ** 20;

/** Returns a client for the methods and events of the extension host. */
export function connectHost<M extends Methods, E extends object>(): Client<M, E> {
  // The host still answers the calls of a hidden page, possibly to its successor: start at a random id.
  const [page] = crypto.getRandomValues(new Uint32Array(1));
  return connect<M, E>(transport(), page! * IDS_OF_A_PAGE + 1);
}

export const stateStore: StateStore = {
  read: () => api.getState(),
  write: (state) => api.setState(state),
};

/** Returns the persisted choices of this view, which survive hiding and reloading. Who reads them in a component sees changes. */
export function viewState<S extends object>(defaults: S): ViewState<S> {
  const kept = signal<S>({ ...defaults, ...accepted(defaults, api.getState()) });
  return {
    get value() {
      return kept.value;
    },
    update(patch) {
      kept.value = { ...kept.peek(), ...patch };
      api.setState(kept.peek());
    },
  };
}
