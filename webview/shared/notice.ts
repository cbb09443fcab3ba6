import { element } from './element';

export function notice(kind: 'info' | 'warning' | 'error', title: string, text: string): HTMLElement {
  return element(
    'div',
    { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : 'status' },
    title !== '' && element('strong', {}, title),
    title !== '' && ' ',
    element('span', {}, text),
  );
}
