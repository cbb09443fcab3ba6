import { EXIT } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first Ctrl-C (or SIGTERM, or the terminal's end) into an abort, so that training stops at a checkpoint; the
 * second ends the process at once. The run folder is valid in both cases.
 */
export function watchInterrupts(onFirst: () => void): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
