import { element, setAttributes, setText } from './element';

/** A line that says what went wrong, as long as there is something to say. */
export class ErrorLine {
  readonly element = element('p', { class: 'error-text', role: 'alert', hidden: true });

  /** @param text empty for nothing */
  say(text: string): void {
    setText(this.element, text);
    setAttributes(this.element, { hidden: text === '' });
  }
}
