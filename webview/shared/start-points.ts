import type { PathEnd } from '../../src/protocol/schemas/values';
import { hereQuery, isSamePlace } from './here';
import { imageName, isFileUri } from './image-key';
import type { ImageKey } from './image-key';
import type { RunSession } from './run-session';
import type { SelectChoice } from './select-choice';
import { t } from './l10n';

/** The point that traversals, directions and sliders start from: one for all tabs. */
export type StartPoint =
  | { readonly kind: 'origin' }
  | { readonly kind: 'image'; readonly key: ImageKey }
  | { readonly kind: 'point'; readonly z: Float32Array };

const ORIGIN: StartPoint = { kind: 'origin' };
const POINT = 'z:';
const COORDINATE_DIGITS = 4;

/** Returns a point as a choice is kept: `z:` and its coordinates. */
export function pointKey(z: Float32Array): string {
  return POINT + Array.from(z, (value) => Number(value.toFixed(COORDINATE_DIGITS))).join();
}

/** Parses a kept point; null for anything else. @param latent Nz */
export function pointOf(kept: string, latent: number): Float32Array | null {
  if (!kept.startsWith(POINT)) return null;
  const z = Float32Array.from(kept.slice(POINT.length).split(','), Number);
  return z.length === latent && z.every(Number.isFinite) ? z : null;
}

/** Returns the start point: the chosen one if it is there, else the inspector's image, else the origin. */
export function startPoint(session: RunSession): StartPoint {
  const { around } = session.state.value;
  const z = pointOf(around, session.run.latent);
  if (z !== null) return { kind: 'point', z };
  const key = session.inspector.image.value;
  return around === 'origin' || !isEncodable(session, key) ? ORIGIN : { kind: 'image', key };
}

/** Whether an image has a posterior, as far as the panel knows. */
function isEncodable(session: RunSession, key: ImageKey): boolean {
  if (!isFileUri(key)) return key !== '';
  return session.cards.some((card) => card.uri === key && !('error' in card));
}

/** Identifies a start point: what was edited belongs to it. */
export function startKey(start: StartPoint): string {
  if (start.kind === 'point') return pointKey(start.z);
  return start.kind === 'image' ? `image:${start.key}` : start.kind;
}

/** Returns what can be chosen as the start point, by the value of the choice `around`. */
export function startChoices(session: RunSession): readonly SelectChoice[] {
  const { around } = session.state.value;
  const key = session.inspector.image.value;
  const pinned = pinnedPoint(session);
  const pinnedKey = pinned && pointKey(pinned);
  const isPoint = pointOf(around, session.run.latent) !== null;
  return [
    { value: 'origin', label: t('the origin') },
    ...(isEncodable(session, key) ? [{ value: 'image', label: imageName(key) }] : []),
    ...(pinnedKey === null ? [] : [{ value: pinnedKey, label: t('the pinned place') }]),
    ...(isPoint && around !== pinnedKey ? [{ value: around, label: t('a chosen point') }] : []),
  ];
}

/** The value of the choice that `startPoint` stands for. */
export function startChoice(session: RunSession): string {
  const start = startPoint(session);
  return start.kind === 'point' ? session.state.value.around : start.kind;
}

/** The pinned place as a point; null if none is pinned, or if the engine has not yet said which point it is. */
function pinnedPoint(session: RunSession): Float32Array | null {
  const { isPinned, place } = session.inspector;
  if (!isPinned.value || place.value === null) return null;
  if ('z' in place.value.place) return place.value.place.z;
  const { answer } = hereQuery(session);
  return answer !== null && isSamePlace(answer.question, place.value) ? answer.answer.z : null;
}

/** Traverses the latent dimensions around a point. */
export function exploreFrom(session: RunSession, z: Float32Array): void {
  session.state.update({ around: pointKey(z) });
  session.go('dimensions');
}

/** Resolves a start point to the engine's parameter: null for the origin. @throws RpcError if the dataset has no such image */
export async function anchorOf(session: RunSession, start: StartPoint): Promise<PathEnd | null> {
  if (start.kind === 'point') return { z: start.z };
  return start.kind === 'image' ? imageAnchor(session, start.key) : null;
}

/** Resolves an image: a dataset image is given by its posterior mean. @throws RpcError if the dataset has no such image */
export async function imageAnchor(session: RunSession, key: ImageKey): Promise<PathEnd> {
  if (isFileUri(key)) return { uri: key };
  const [card] = await session.client.call('mapCards', { ids: [key] });
  if (card === undefined) throw new Error(t('The dataset has no image {0} any more.', key));
  return { z: card.mean };
}
