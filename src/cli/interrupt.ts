import { ignoredSignals } from '../setup/ignored-signals.mjs';
import { EXIT } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Time limit of the cleanup after a second signal, in ms; the process then exits without it. */
const END_TIMEOUT_MS = 2000;

export interface InterruptHandlers {
  readonly onFirst: () => void;
  /** Cleanup before the process exits at the second signal; limited to two seconds. */
  readonly onSecond?: () => Promise<void>;
  /** Called on a signal that was ignored when the process started. */
  readonly onIgnored?: (signal: NodeJS.Signals) => void;
}

/**
 * Turns the first Ctrl-C (or SIGTERM, or the terminal closing) into an abort, so that training stops at a checkpoint; the
 * second ends the process at once. The run folder is valid in both cases. Signals that were ignored when the process started do
 * neither.
 */
export function watchInterrupts(handlers: InterruptHandlers): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  let ending = false;
  const exit = (): never => process.exit(EXIT.interrupted);
  const listener = (signal: NodeJS.Signals): void => {
    if (ignoredSignals().includes(signal)) {
      handlers.onIgnored?.(signal);
    } else if (!controller.signal.aborted) {
      controller.abort();
      handlers.onFirst();
    } else if (!handlers.onSecond) {
      exit();
    } else if (!ending) {
      ending = true;
      setTimeout(exit, END_TIMEOUT_MS);
      void handlers.onSecond().then(exit, exit);
    }
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
