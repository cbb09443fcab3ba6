import { toFailure } from '../src/protocol/rpc';
import { element, setAttributes, setText } from './element';

/** Failures that say only that there is no model to ask now, or that a newer question was asked. */
const SILENT: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run', 'superseded']);

/** Calls of one section, with the line that says why the last one failed. */
export class Asking {
  readonly element = element('p', { class: 'error-text', role: 'alert', hidden: true });

  async ask(call: () => Promise<void>): Promise<void> {
    try {
      await call();
      setAttributes(this.element, { hidden: true });
    } catch (error) {
      const { code, message } = toFailure(error);
      if (SILENT.has(code)) return;
      setText(this.element, message);
      setAttributes(this.element, { hidden: false });
    }
  }
}
