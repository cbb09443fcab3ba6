/**
 * The wire to the extension host, and the state VS Code keeps for a view while it is hidden.
 *
 * The page that the host writes: `<body><div id="app" data-texts="{}"></div>` with the translations (l10n.ts), and then, with NONCE new for
 * every page,
 *
 *     <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-NONCE';
 *       style-src CSP_SOURCE 'nonce-NONCE'; img-src CSP_SOURCE data: blob:; font-src CSP_SOURCE">
 *     <link rel="stylesheet" href="dist/webview/explorer.css"> <script nonce="NONCE" src="dist/webview/explorer.js">
 *
 * with both addresses from `asWebviewUri`, the script after `#app` (or deferred). No inline style is needed: the widgets
 * use constructed style sheets, which this policy does not govern, and one probing style element (nonce.ts). Pictures cross as bytes and are painted on canvases.
 */
import { connect } from '../../src/protocol/rpc';
import type { Client, Message, Methods, Transport } from '../../src/protocol/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** VS Code hands the API out once per page. */
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
    // The page never outlives its host: VS Code removes it together with the extension host.
    closed: new Promise(() => {}),
  };
}

/** Browser extensions and developer tools post to the same window. */
function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && ('id' in data || 'event' in data);
}

/** VS Code writes messages as JSON, which leaves out an answer of `undefined`: an answer without a word is that one. */
function settled(message: Message): Message {
  const bare =
    'id' in message && !('ok' in message || 'err' in message || 'call' in message || 'cancel' in message);
  return bare ? { id: (message as { id: number }).id, ok: undefined } : message;
}

/** Pages that are loaded into one webview number their calls apart: each has so many numbers. */
const IDS_OF_A_PAGE = 2 ** 20;

export function connectHost<M extends Methods, E extends object>(): Client<M, E> {
  // The host goes on with what was asked before the page was hidden, and its answer may come to the next page.
  const [page] = crypto.getRandomValues(new Uint32Array(1));
  return connect<M, E>(transport(), page! * IDS_OF_A_PAGE + 1);
}

export interface ViewState<S> {
  readonly value: Readonly<S>;
  update(patch: Partial<S>): void;
}

/**
 * What the person chose in this view; it survives hiding and reload. A stored value is used only where it is of its
 * default's type, so that the state an older version left behind does no harm.
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
