import { MAX_NAME_LENGTH, visibleText } from '../text/visible-text';

/** Words and numbers for people. Nothing here imports VS Code: `vscode.l10n.t` is handed in. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** The longest message of a notification, in UTF-16 code units: VS Code cuts there, too. */
const MAX_MESSAGE_LENGTH = 1000;

/** VS Code reads `$(icon)` and `[text](command:x)` in some labels and in messages: a space breaks those up. */
const brokenUp = (text: string): string => text.replaceAll('$(', '$ (').replaceAll('](', '] (');

/** A name that we did not choose, safe in labels and messages. */
export function plainName(name: string): string {
  return plainText(name, MAX_NAME_LENGTH);
}

/** A text in which such names may stand, as one line. */
export function plainText(text: string, maxLength = MAX_MESSAGE_LENGTH): string {
  return visibleText(brokenUp(text.slice(0, maxLength + 1)), maxLength);
}

/** The same for a text of several lines, such as a tooltip. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => plainText(line))
    .join('\n');
}

/** A bound in nats with a typographic minus, such as `−105.2`. */
export function formatBound(bound: number): string {
  return Number.isFinite(bound) ? bound.toFixed(1).replace('-', '−') : '–';
}

/** A duration such as `12 s`, `3 min` or `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago, such as `2 hours ago`, in the language of the editor. */
export function formatAge(then: Date, now: Date, language: string): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, 'second');
}
