import type { ExplorerEvents, RunView } from '../../src/protocol/panel';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { RpcError } from '../../src/protocol/rpc';
import type { ExplorerClient } from '../../webview/shared/run-session';

export const RUN = {
  ...{ uri: 'file:///runs/a', fingerprint: '', outcome: 'finished', live: null, latent: 2 },
} as unknown as RunView;

export type Answers = Partial<
  Record<keyof ExplorerMethods, (params: Readonly<Record<string, unknown>>) => unknown>
>;

/** A host that answers as it is told, and cancels what is given up. */
export function fakeHost(change: Answers = {}) {
  const asked: string[] = [];
  const listeners = new Map<string, Set<(data: never) => void>>();
  const answers: Answers = {
    ...{ run: () => RUN, metrics: () => ({ rows: [], isWhole: true }) },
    ...{ cards: () => [], reconstructions: () => null, mapFocus: () => [] },
    attention: () => ({ route: null, working: '' }),
    classifier: () => ({ classifier: null, classified: null, job: null, error: '' }),
    ...change,
  };
  const client = {
    call(method: keyof ExplorerMethods, params: Readonly<Record<string, unknown>>, signal?: AbortSignal) {
      asked.push(method);
      const cancelled = new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new RpcError('cancelled', 'cancelled'))),
      );
      return Promise.race([Promise.resolve(answers[method]?.(params)), cancelled]);
    },
    on(event: string, listener: (data: never) => void) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return { dispose: () => known.delete(listener) };
    },
  };
  return {
    asked,
    client: client as unknown as ExplorerClient,
    emit<K extends keyof ExplorerEvents>(event: K, data: ExplorerEvents[K]): void {
      for (const listener of listeners.get(event) ?? []) listener(data as never);
    },
  };
}
