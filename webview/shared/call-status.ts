import { toFailure } from '../../src/protocol/rpc';
import { ErrorLine } from './error-line';

/** Failure codes not worth reporting: no model is available, or a newer request replaced this one. */
const SILENT: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run', 'superseded']);

/** Runs one section's calls and displays why the last one failed. */
export class CallStatus {
  private readonly trouble = new ErrorLine();

  get element(): HTMLElement {
    return this.trouble.element;
  }

  /** Runs `call` and shows its error message; clears the message on success. */
  async ask(call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.trouble.say('');
    } catch (error) {
      const { code, message } = toFailure(error);
      if (SILENT.has(code)) return;
      this.trouble.say(message);
    }
  }
}
