/**
 * Connection to the extension host, and the view state that VS Code keeps while a view is hidden.
 *
 * The host writes the page: `<body><div id="app" data-texts="{}"></div>` with the translations (l10n.ts), and then,
 * with a fresh NONCE per page,
 *
 *     <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-NONCE' 'wasm-unsafe-eval';
 *       connect-src CSP_SOURCE; style-src CSP_SOURCE 'nonce-NONCE'; img-src CSP_SOURCE data: blob:; font-src CSP_SOURCE">
 *     <link rel="stylesheet" href="dist/webview/explorer.css"> <script nonce="NONCE" src="dist/webview/explorer.js">
 *
 * `wasm-unsafe-eval` and `connect-src` are there only for a page with a decoder (webview/decoder).
 * Both URLs come from `asWebviewUri`; the script follows `#app` (or is deferred). Inline styles are not needed: the
 * widgets use constructed style sheets, which this policy does not govern, and one probing style element (nonce.ts).
 * Pictures are sent as bytes and painted on canvases.
 */
import { connect } from '../../src/protocol/rpc';
import type { Client, Message, Methods, Transport } from '../../src/protocol/rpc';

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

export interface ViewState<S> {
  readonly value: Readonly<S>;
  update(patch: Partial<S>): void;
}

/**
 * Returns the persisted choices of this view, which survive hiding and reloading. A stored value is used only if its
 * type matches the default's, so that state from an older version is harmless.
 */
export function viewState<S extends object>(defaults: S): ViewState<S> {
  const stored = api.getState();
  const value: S = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof S)[]) {
    const old = (stored as Partial<S> | null | undefined)?.[key];
    if (old !== undefined && kindOf(old) === kindOf(defaults[key])) value[key] = old;
  }
  return {
    value,
    update(patch) {
      Object.assign(value, patch);
      api.setState(value);
    },
  };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? 'strings' : 'list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'not finite';
  return typeof value;
}
