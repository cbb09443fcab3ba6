import { element, setAttributes, setText } from './element';

/** A line for an error message, hidden while empty. */
export class ErrorLine {
  readonly element = element('p', { class: 'error-text', role: 'alert', hidden: true });

  /** Shows the message. @param text empty hides the line */
  say(text: string): void {
    setText(this.element, text);
    setAttributes(this.element, { hidden: text === '' });
  }
}
