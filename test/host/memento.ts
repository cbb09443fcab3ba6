import type { Memento } from 'vscode';

/** The state of a window or workspace, in memory. */
export function memento(initial: Readonly<Record<string, unknown>> = {}): Memento {
  const stored = new Map(Object.entries(initial));
  return {
    keys: () => [...stored.keys()],
    get: (key: string, fallback?: unknown) => (stored.has(key) ? stored.get(key) : fallback),
    update(key: string, value: unknown) {
      stored.set(key, value);
      return Promise.resolve();
    },
  } as Memento;
}
