import type { Rgb } from '../../shared/palette';

/** Colours that a person gave to categories, by key; kept as `#rrggbb key`, which is what a view's state holds. */
export function ownColours(texts: readonly string[]): ReadonlyMap<string, Rgb> {
  const pairs = texts.flatMap((text): [string, Rgb][] => {
    const [, hex, key] = /^#([0-9a-f]{6}) (.+)$/s.exec(text) ?? [];
    if (hex === undefined || key === undefined) return [];
    const number = Number.parseInt(hex, 16);
    return [[key, [number >> 16, (number >> 8) & 255, number & 255]]];
  });
  return new Map(pairs);
}

/** The texts with one colour changed; null takes it back. */
export function withColour(texts: readonly string[], key: string, hex: string | null): readonly string[] {
  const others = texts.filter((text) => text.slice('#rrggbb '.length) !== key);
  return hex === null ? others : [...others, `${hex} ${key}`];
}

/** `#rrggbb`, as a colour input takes it. */
export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
