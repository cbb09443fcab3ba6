import { toFailure } from '../../src/protocol/rpc';
import { ErrorLine } from './error-line';

/** Failures that say only that there is no model to ask now, or that a newer question was asked. */
const SILENT: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run', 'superseded']);

/** Calls of one section, with the line that says why the last one failed. */
export class CallStatus {
  private readonly trouble = new ErrorLine();

  get element(): HTMLElement {
    return this.trouble.element;
  }

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
