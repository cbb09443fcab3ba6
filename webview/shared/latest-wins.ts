/**
 * Serialises requests, latest wins: at most one `run` is in progress, and only the newest request waits. `run` must
 * handle its own errors.
 */
export function latestWins<T>(run: (request: T) => Promise<void>): (request: T) => void {
  let busy = false;
  let waiting: { readonly request: T } | undefined;

  async function drain(): Promise<void> {
    busy = true;
    try {
      while (waiting !== undefined) {
        const { request } = waiting;
        waiting = undefined;
        await run(request);
      }
    } finally {
      busy = false;
    }
  }
  return (request) => {
    waiting = { request };
    if (!busy) void drain();
  };
}
