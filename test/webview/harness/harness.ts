/** Makes a plain page look like a VS Code webview: `?view=explorer&scenario=training&theme=dark`. */
import type { Message, Transport } from '../../../src/protocol/rpc';
import { ExplorerHost } from './explorer-host';
import { InterpolationHost } from './interpolation-host';
import { TwoRunsHost } from './two-runs';
import { fromText, toText } from './wire';

export type ThemeName = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

const query = new URLSearchParams(location.search);
const view = query.get('view') ?? 'explorer';
const scenario = query.get('scenario') ?? 'training';
const STATE = `state of ${view}`;

/** How far the host is away: how long a message takes to it and from it, in ms. */
const distance = { ms: 0, back: 0 };
/** What is under way, in its order, whichever timer ends first. */
const [sent, answered]: [Message[], Message[]] = [[], []];

let toHost: ((message: Message) => void) | undefined;
const transport: Transport = {
  // Structured clone and a task of its own, as between VS Code's frames; like there, `undefined` is lost on the way.
  post: (message) => {
    const lost = 'ok' in message && message.ok === undefined;
    const answer = lost ? { id: message.id } : message;
    if (distance.back === 0) window.postMessage(answer, '*');
    else {
      answered.push(structuredClone(answer as Message));
      setTimeout(() => window.postMessage(answered.shift(), '*'), distance.back);
    }
  },
  listen: (receive) => (toHost = receive),
  dispose: () => (toHost = undefined),
  closed: new Promise(() => {}),
};

function setTheme(name: ThemeName): void {
  document.documentElement.dataset['theme'] = name;
  document.body.className = `vscode-${name}`;
  document.body.dataset['vscodeThemeKind'] = `vscode-${name}`;
}

document.documentElement.dataset['view'] = view;
setTheme((query.get('theme') as ThemeName | null) ?? 'dark');
/** The other end: a double in this page, or (`live`) the host's own handlers in the process that opened it. */
function hostOf(): object {
  if (scenario === 'two-runs') return new TwoRunsHost(transport);
  if (scenario !== 'live')
    return view === 'explorer'
      ? new ExplorerHost(transport, scenario)
      : new InterpolationHost(transport, scenario);
  const node = window as unknown as { toNode(text: string): void };
  toHost = (message) => node.toNode(toText(message));
  return { receive: (text: string) => window.postMessage(fromText(text), '*') };
}
const host = hostOf();

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
);

Object.assign(window, {
  harness: { host, setTheme, violations, distance },
  acquireVsCodeApi: () => ({
    postMessage: (message: Message) => {
      sent.push(structuredClone(message));
      setTimeout(() => {
        const first = sent.shift();
        if (first) toHost?.(first);
      }, distance.ms);
    },
    getState: () => JSON.parse(sessionStorage.getItem(STATE) ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem(STATE, JSON.stringify(state)),
  }),
});
