import { MAX_NAME_LENGTH, visibleText } from '../text/visible-text';

export type { Translate } from '../text/translate';

/** Maximum length of a notification, in UTF-16 code units; VS Code truncates there, too. */
const MAX_MESSAGE_LENGTH = 1000;

/** Inserts a space into `$(icon)` and `[text](command:x)`, which VS Code interprets in some labels and in messages. */
const brokenUp = (text: string): string => text.replaceAll('$(', '$ (').replaceAll('](', '] (');

/** Makes an external name safe for labels and messages. */
export function plainName(name: string): string {
  return plainText(name, MAX_NAME_LENGTH);
}

/** Makes a text that quotes external names safe, as one line. */
export function plainText(text: string, maxLength = MAX_MESSAGE_LENGTH): string {
  return visibleText(brokenUp(text.slice(0, maxLength + 1)), maxLength);
}

/** Makes a text of several lines safe, like a tooltip. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => plainText(line))
    .join('\n');
}

const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Formats a bound in nats with a typographic minus, like `−1,105.2`. */
export function formatBound(bound: number): string {
  return Number.isFinite(bound) ? oneDecimal.format(bound).replace('-', '−') : '–';
}

/** Formats a duration like `12 s`, `3 min` or `2 h 5 min`. */
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

/** Formats an age like `2 hours ago`, in the language of the editor. */
export function formatAge(then: Date, now: Date, language: string): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, 'second');
}
