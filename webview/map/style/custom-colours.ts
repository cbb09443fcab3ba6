import type { Rgb } from '../../shared/palette';

/** Parses the user's colours of categories, by key, from the view state (`#rrggbb key`). */
export function customColours(texts: readonly string[]): ReadonlyMap<string, Rgb> {
  const pairs = texts.flatMap((text): [string, Rgb][] => {
    const [, hex, key] = /^#([0-9a-f]{6}) (.+)$/s.exec(text) ?? [];
    if (hex === undefined || key === undefined) return [];
    const number = Number.parseInt(hex, 16);
    return [[key, [number >> 16, (number >> 8) & 255, number & 255]]];
  });
  return new Map(pairs);
}

/** Returns the state with one colour changed; null removes it. */
export function withColour(texts: readonly string[], key: string, hex: string | null): readonly string[] {
  const others = texts.filter((text) => text.slice('#rrggbb '.length) !== key);
  return hex === null ? others : [...others, `${hex} ${key}`];
}

/** Formats a colour as `#rrggbb`, for a colour input. */
export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
