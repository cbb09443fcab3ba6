import type { NearImages, PathTrack } from '../../src/protocol/latent';
import type { PathKind } from '../../src/protocol/panel';
import { element, setAttributes } from '../shared/element';
import { coordinate } from '../shared/format';
import { pictureCanvas } from '../shared/pictures';
import { t } from '../shared/l10n';

export interface StripEvents {
  choose(place: number): void;
  open(uri: string): void;
}

/**
 * Returns the position t of each frame: its integer part is a waypoint, its fraction the way to the next waypoint.
 * @param at frame index of each waypoint, ascending
 */
export function framePositions(at: Uint32Array): number[] {
  const places: number[] = [];
  for (let i = 0; i + 1 < at.length; i++)
    for (let frame = at[i]!; frame < at[i + 1]!; frame++)
      places.push(i + (frame - at[i]!) / (at[i + 1]! - at[i]!));
  return [...places, at.length - 1];
}

/** Returns the index of the frame nearest to a position. */
export function frameAt(places: readonly number[], wanted: number): number {
  let best = 0;
  places.forEach((place, i) => {
    if (Math.abs(place - wanted) < Math.abs(places[best]! - wanted)) best = i;
  });
  return best;
}

/**
 * The frames of one path in a wrapping row, each above the nearest image of the dataset; clicking a frame moves the
 * slider there.
 */
export class Strip {
  readonly element: HTMLElement;
  private readonly row = element('div', { class: 'frames' });
  private places: readonly number[] = [];
  private frames: readonly HTMLButtonElement[] = [];

  constructor(
    kind: PathKind,
    private readonly title: string,
    private readonly events: StripEvents,
  ) {
    this.element = element(
      'section',
      { class: 'strip', 'data-kind': kind, 'aria-label': t('{0} path', title) },
      element('h2', {}, title),
      this.row,
    );
  }

  show({ pictures, nearest }: PathTrack, at: Uint32Array): void {
    this.places = framePositions(at);
    const waypoints = new Set(at);
    this.frames = this.places.map((place, i) => {
      const canvas = pictureCanvas(pictures, i, '');
      canvas.setAttribute('aria-hidden', 'true');
      const label = t('{0}, t {1}', this.title, place.toFixed(2));
      const isWaypoint = waypoints.has(i);
      const frame = element(
        'button',
        {
          class: isWaypoint ? 'frame waypoint' : 'frame',
          type: 'button',
          title: isWaypoint ? t('{0}, a waypoint', label) : label,
          'aria-label': label,
        },
        canvas,
      );
      frame.addEventListener('click', () => this.events.choose(place));
      return frame;
    });
    this.row.replaceChildren(
      ...this.frames.map((frame, i) =>
        element('div', { class: 'frame-cell' }, frame, nearest && this.near(nearest, i)),
      ),
    );
  }

  /** Marks the frame nearest to a position; null if the other path is active. */
  mark(place: number | null): void {
    const nearest = place === null ? -1 : frameAt(this.places, place);
    this.frames.forEach((frame, i) => setAttributes(frame, { 'aria-pressed': String(i === nearest) }));
    setAttributes(this.element, { class: place === null ? 'strip' : 'strip active' });
  }

  private near({ ids, uris, distances, pictures }: NearImages, i: number): HTMLElement | null {
    if (pictures === null) return null;
    const uri = uris[i] ?? null;
    const label = t('Nearest image {0}, distance {1}', ids[i]!, coordinate(distances[i]!));
    const canvas = pictureCanvas(pictures, i, '');
    canvas.setAttribute('aria-hidden', 'true');
    const node = element(
      'button',
      { class: 'near', type: 'button', title: label, 'aria-label': label, disabled: uri === null },
      canvas,
    );
    if (uri !== null) node.addEventListener('click', () => this.events.open(uri));
    return node;
  }
}
