/** Words and numbers for people. Nothing here imports VS Code: `vscode.l10n.t` is handed in. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

// Control characters, and those that turn the direction of text: a file name may hold any of them.

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const LONGEST_NAME = 120;

/**
 * A name that we did not choose, safe in labels and messages: VS Code reads `$(icon)` and `[text](command:x)` in some of
 * them, so a zero-width space breaks those up.
 */
export function plainName(name: string): string {
  const shown = name.replace(UNPRINTABLE, '\ufffd').replaceAll('$(', '$\u200b(').replaceAll('](', ']\u200b(');
  return shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME - 1)}…` : shown;
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
