/**
 * Latest wins: at most one `run` is under way, and of the requests that arrive meanwhile only the newest is kept.
 * `run` deals with its own failures.
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
