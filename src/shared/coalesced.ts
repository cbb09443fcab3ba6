/** A function whose calls during a run, which may have missed their cause, share one next run. */
export interface Coalesced {
  (): Promise<void>;
  /** The run in progress, or null. */
  readonly current: Promise<void> | null;
}

export function coalesced(run: () => Promise<void>): Coalesced {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function call(): Promise<void> {
    if (current === null) return (current = run().finally(() => (current = null)));
    next ??= current.then(() => {
      next = null;
      return call();
    });
    return next;
  }
  return Object.defineProperty(call, 'current', { get: () => current }) as Coalesced;
}
