import { process as thisWorker } from '../node/globals';

/** Locks of the browser, which all pages and workers of one origin share and which end with their holder. */
interface Locks {
  request(name: string, options: { readonly mode: 'exclusive' }, held: () => Promise<void>): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

const locks = (): Locks | undefined =>
  (globalThis as unknown as { readonly navigator?: { readonly locks?: Locks } }).navigator?.locks;

const nameOf = (pid: number): string => `latent-explorer/${pid}`;

let holding: Promise<boolean> | undefined;

/**
 * Holds a lock of the browser for as long as this page or worker lives: by it others know that it lives, whose lock in a run folder
 * names its number. Resolves to whether the browser has such locks.
 */
export function holdProcessName(): Promise<boolean> {
  return (holding ??= new Promise((resolve) => {
    const all = locks();
    if (!all) return resolve(false);
    const untilTheEnd = (): Promise<void> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    all.request(nameOf(thisWorker.pid), { mode: 'exclusive' }, untilTheEnd).catch(() => resolve(false));
  }));
}

/** Returns whether a page or worker of this origin has this number; null if the browser does not say. */
export async function isProcessNameHeld(pid: number): Promise<boolean | null> {
  if (!(await holdProcessName())) return null;
  const { held = [] } = await locks()!.query();
  return held.some(({ name }) => name === nameOf(pid));
}
