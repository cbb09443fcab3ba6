import type { RunSession } from './run-session';
import type { SelectChoice } from './select';
import { t } from './l10n';
import type { PathEnd } from '../../src/protocol/schemas/values';

/**
 * A point around which the dimensions are traversed. Its value is stored in the view state: an image's URI, `z:` and
 * the coordinates of a point, or the empty string for the origin.
 */
export type StartPoint = SelectChoice;

export const ORIGIN: StartPoint = { value: '', label: t('the origin') };

const POINT = 'z:';
const COORDINATE_DIGITS = 4;

/** Returns the state value of a point. */
export function pointKey(z: Float32Array): string {
  return POINT + Array.from(z, (value) => Number(value.toFixed(COORDINATE_DIGITS))).join();
}

/** Parses a state value into the engine's parameter; null for the origin and for invalid values. @param latent Nz */
export function startPointOf(key: string, latent: number): PathEnd | null {
  if (!key.startsWith(POINT)) return key === '' ? null : { uri: key };
  const z = Float32Array.from(key.slice(POINT.length).split(','), Number);
  return z.length === latent && z.every(Number.isFinite) ? { z } : null;
}

/** Returns the origin, the chosen point if it is valid, and the encoded images. */
export function startPointsOf(images: readonly StartPoint[], chosen: string, latent: number): StartPoint[] {
  const point = chosen.startsWith(POINT) && startPointOf(chosen, latent) !== null;
  return [ORIGIN, ...(point ? [{ value: chosen, label: t('a chosen point') }] : []), ...images];
}

/** Returns the images on the cards that were encoded successfully. */
export function encodedStartPoints({ cards }: Pick<RunSession, 'cards'>): StartPoint[] {
  return cards.flatMap((card) => ('error' in card ? [] : [{ value: card.uri, label: card.name }]));
}
