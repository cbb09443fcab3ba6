import './safe-text';
import type { ComponentChildren } from 'preact';

interface NoticeProps {
  readonly kind: 'info' | 'warning' | 'error';
  readonly title?: string;
  readonly text: string;
  /** Below the text, such as buttons. */
  readonly children?: ComponentChildren;
}

/** A message that screen readers announce when it appears or changes. */
export function Notice({ kind, title, text, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      {title && <strong>{title} </strong>}
      <span>{text}</span>
      {children}
    </div>
  );
}

/** A line for an error; nothing for an empty text. */
export function ErrorText({ text }: { readonly text: string }) {
  return text === '' ? null : (
    <p class="error-text" role="alert">
      {text}
    </p>
  );
}
