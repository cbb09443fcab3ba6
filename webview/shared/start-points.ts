import type { ExplorerModel } from './explorer-model';
import type { SelectChoice } from './select';
import { t } from './l10n';
import type { PathEnd } from '../../src/protocol/points';

/**
 * A point that the dimensions can be shown around. Its value is what a view's state holds: an image's URI, `z:` and the
 * coordinates of a point, or nothing for the origin.
 */
export type StartPoint = SelectChoice;

export const ORIGIN: StartPoint = { value: '', label: t('the origin') };

const POINT = 'z:';
const COORDINATE_DIGITS = 4;

/** A point as the state holds it. */
export function pointKey(z: Float32Array): string {
  return POINT + Array.from(z, (value) => Number(value.toFixed(COORDINATE_DIGITS))).join();
}

/** What the engine is asked for; null for the origin and for what is no place. @param latent Nz */
export function startPointOf(key: string, latent: number): PathEnd | null {
  if (!key.startsWith(POINT)) return key === '' ? null : { uri: key };
  const z = Float32Array.from(key.slice(POINT.length).split(','), Number);
  return z.length === latent && z.every(Number.isFinite) ? { z } : null;
}

/** The origin, the chosen point if there is one, and the encoded images. */
export function startPointsOf(images: readonly StartPoint[], chosen: string, latent: number): StartPoint[] {
  const point = chosen.startsWith(POINT) && startPointOf(chosen, latent) !== null;
  return [ORIGIN, ...(point ? [{ value: chosen, label: t('a chosen point') }] : []), ...images];
}

/** The images that are encoded just now. */
export function encodedStartPoints({ cards }: Pick<ExplorerModel, 'cards'>): StartPoint[] {
  return cards.flatMap((card) => ('error' in card ? [] : [{ value: card.uri, label: card.name }]));
}
