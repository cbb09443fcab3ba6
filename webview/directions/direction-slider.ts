import type { Along } from '../../src/protocol/directions';
import type { Pictures } from '../../src/domain/pictures';
import type { StartPoint } from '../shared/start-points';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate } from '../shared/format';
import { FrameStrip } from '../shared/frame-strip';
import { paint, paintMosaic } from '../shared/pictures';
import { Select } from '../shared/select';
import { t } from '../shared/l10n';

/** Positions of the strip's pictures, in lengths of the direction. */
export const PLACES = Float32Array.from({ length: 9 }, (_, i) => (i - 2) / 4);
/** Minimum range of the slider. */
const SLIDER_REACH = [-1, 2] as const;

export interface DirectionSliderEvents {
  onAround(key: string): void;
  /** Called while the slider is dragged, and when a picture of the strip is clicked. */
  onPlace(place: number): void;
}

/** A point that a slider moves along a direction, with a strip of decoded pictures. */
export class DirectionSlider {
  readonly element: HTMLElement;
  private readonly picture = element('canvas', { class: 'picture big', role: 'img' });
  private readonly around: Select;
  private readonly text = element('p', { class: 'quiet stage-text' });
  private readonly frames: FrameStrip;
  private readonly slider = element('input', {
    type: 'range',
    step: 0.01,
    'aria-label': t('Place along the direction'),
  });
  private readonly value = element('output', { class: 'place' });
  private readonly ends = element('div', { class: 'direction-ends quiet' }, element('span'), element('span'));

  constructor(events: DirectionSliderEvents) {
    this.around = new Select(t('Move'), (key) => events.onAround(key));
    this.slider.addEventListener('input', () => events.onPlace(Number(this.slider.value)));
    this.frames = new FrameStrip((at) => events.onPlace(PLACES[at]!));
    this.element = element(
      'div',
      { class: 'direction-mover' },
      element('div', { class: 'direction-picture' }, this.picture),
      element(
        'div',
        { class: 'direction-way' },
        this.around.element,
        this.frames.element,
        element('div', { class: 'slide' }, this.slider, this.value),
        this.ends,
        this.text,
      ),
    );
  }

  showPlaces(places: readonly StartPoint[], chosen: string): void {
    this.around.show(places, chosen);
  }

  /** Shows the strip and sets the slider's range. @param names of the ends, at positions 0 and 1 */
  show({ place, pictures }: Along, names: readonly [string, string]): void {
    setAttributes(this.slider, {
      min: Math.min(SLIDER_REACH[0], Math.floor(place)),
      max: Math.max(SLIDER_REACH[1], Math.ceil(place)),
    });
    const texts = Array.from(PLACES, coordinate);
    const label = t(
      '{0} pictures along the direction, from {1} to {2}',
      texts.length,
      texts[0]!,
      texts.at(-1)!,
    );
    this.frames.paint(
      pictures,
      0,
      texts.map((text) => t('at {0}', text)),
      label,
    );
    const [from, to] = names;
    const [start, end] = this.ends.children;
    setText(start!, `0: ${from}`);
    setText(end!, `1: ${to}`);
  }

  /** Moves the slider and describes the point there. @param own position of the start point itself */
  place(at: number, own: number, z: Float32Array): void {
    this.slider.value = String(at);
    setText(this.value, coordinate(at));
    const nearest = PLACES.reduce((best, value, i) => {
      return Math.abs(value - at) < Math.abs(PLACES[best]! - at) ? i : best;
    }, 0);
    const near = Math.abs(PLACES[nearest]! - at) <= 0.25;
    this.frames.mark(near ? nearest : -1);
    const usual = Math.sqrt(z.length).toFixed(2);
    setText(
      this.text,
      t(
        'The image itself is at {0}; |z| {1}, draws from the prior have about {2}',
        coordinate(own),
        coordinate(Math.hypot(...z)),
        usual,
      ),
    );
    setAttributes(this.picture, { 'aria-label': t('Decoded at {0} along the direction', coordinate(at)) });
  }

  paint(picture: Pictures): void {
    paint(this.picture, picture, 0);
  }

  /** Returns the strip as one picture, edge to edge. */
  static mosaic({ pictures }: Along): HTMLCanvasElement {
    const canvas = element('canvas');
    paintMosaic(canvas, pictures, PLACES.length);
    return canvas;
  }
}
