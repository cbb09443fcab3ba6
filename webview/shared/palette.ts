/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Point shapes, by index. Points of shape `HIDDEN` are not drawn. */
export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'ring'] as const;
export const HIDDEN = 255;

const rgb = (hex: number): Rgb => [hex >> 16, (hex >> 8) & 255, hex & 255];

/**
 * Ten colours for dark and for light backgrounds. Every pair stays distinguishable under any colour vision deficiency,
 * as test/webview/shared/palette.test.ts measures.
 */
const DARK = [
  0x5392ff, 0xe1990c, 0xa2ffde, 0xffff0d, 0xb04a1c, 0xdac2ff, 0xd1b77b, 0x5d6894, 0x98665f, 0x554efe,
].map(rgb);
const LIGHT = [
  0x0177f4, 0xfa9707, 0x1caf9d, 0x7c0028, 0x8f4e00, 0xa3a9ee, 0x03002f, 0xbcaf6d, 0x411188, 0x1f6080,
].map(rgb);

export interface CategoryStyle {
  readonly colour: Rgb;
  readonly shape: number;
}

/**
 * Returns the colour and shape of category `number`: ten colours, then the same colours with other shapes; from 60 on,
 * lighter or darker shades.
 */
export function categoryStyle(number: number, light: boolean): CategoryStyle {
  const colours = light ? LIGHT : DARK;
  const round = Math.floor(number / colours.length);
  const shape = ((number % colours.length) + round) % SHAPES.length;
  const colour = colours[number % colours.length]!;
  const step = Math.floor(round / SHAPES.length) % 3;
  return {
    colour: step === 0 ? colour : mix(colour, light ? [0, 0, 0] : [255, 255, 255], 0.3 * step),
    shape,
  };
}

/** Returns the colour of points without a category. */
export function plainColour(light: boolean): Rgb {
  return light ? [120, 120, 120] : [140, 140, 140];
}

/** Stops of the viridis scale, whose lightness rises evenly under any colour vision. */
const SCALE = [
  0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
  0xfde725,
].map(rgb);
/** The ranges of the scale that contrast with the background. */
const DARK_PART = [0.18, 1] as const;
const LIGHT_PART = [0, 0.86] as const;

/** Returns a colour of the viridis scale. @param t clamped to 0 to 1 */
export function scaleColour(t: number, light: boolean): Rgb {
  const [from, to] = light ? LIGHT_PART : DARK_PART;
  const place = (from + (to - from) * Math.min(1, Math.max(0, t))) * (SCALE.length - 1);
  const below = Math.min(SCALE.length - 2, Math.floor(place));
  return mix(SCALE[below]!, SCALE[below + 1]!, place - below);
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const channel = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * part);
  return [channel(0), channel(1), channel(2)];
}
