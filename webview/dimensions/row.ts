import type { Pictures } from '../../src/domain/pictures';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate, nats } from '../shared/format';
import { FrameStrip } from '../shared/frame-strip';
import { t } from '../shared/l10n';

/** Minimum range of the sliders to each side; grows to include the point. */
const SLIDER_REACH = 3;

/** Content of the row of a dimension. */
export interface RowView {
  readonly kl: number | undefined;
  /** KL as a fraction of the largest KL, 0 to 1. */
  readonly share: number;
  readonly dead: boolean;
  /** Coordinate of the point along the dimension. */
  readonly value: number;
  /** Whether the coordinate differs from the start point's. */
  readonly edited: boolean;
}

export interface RowEvents {
  /** Called while the slider is dragged. */
  onInput(dimension: number, value: number): void;
  /** Called when the slider is released or a picture is clicked. */
  onChange(dimension: number, value: number): void;
}

/** Row of one latent dimension: its KL, the pictures along it, and the slider that moves the point. */
export class TraversalRow {
  readonly element: HTMLElement;
  private readonly kl = element('span', { class: 'row-kl' });
  private readonly bar = element('span', { class: 'row-bar', 'aria-hidden': 'true' });
  private readonly frames: FrameStrip;
  private readonly slider: HTMLInputElement;
  private readonly value = element('output', { class: 'place' });
  private values: Float32Array = new Float32Array(0);

  constructor(
    readonly dimension: number,
    events: RowEvents,
  ) {
    this.slider = element('input', {
      type: 'range',
      min: -SLIDER_REACH,
      max: SLIDER_REACH,
      step: 0.01,
      'aria-label': t('Dimension {0}, z', dimension),
    });
    this.slider.addEventListener('input', () => events.onInput(dimension, Number(this.slider.value)));
    this.slider.addEventListener('change', () => events.onChange(dimension, Number(this.slider.value)));
    this.frames = new FrameStrip((at) => events.onChange(dimension, Number(this.values[at]!.toFixed(2))));
    this.element = element(
      'li',
      { class: 'traversal' },
      element('div', { class: 'row-name' }, element('strong', {}, `z${dimension}`), this.kl, this.bar),
      this.frames.element,
      element('div', { class: 'slide' }, this.slider, this.value),
    );
  }

  show(view: RowView): void {
    setAttributes(this.element, { class: view.dead ? 'traversal dead' : 'traversal' });
    setText(this.kl, view.kl === undefined ? '' : t('{0} nats', nats(view.kl)));
    this.bar.style.width = `${Math.round(view.share * 100)}%`;
    this.place(view.value, view.edited);
  }

  /** Moves the slider to a coordinate and marks the nearest picture. */
  place(value: number, edited: boolean): void {
    const reach = Math.max(SLIDER_REACH, Math.ceil(Math.abs(value)));
    setAttributes(this.slider, { min: -reach, max: reach });
    this.slider.value = String(value);
    setText(this.value, coordinate(value));
    setAttributes(this.value, { class: edited ? 'place edited' : 'place' });
    this.mark(value);
  }

  /** Paints the pictures from `first` on; `values` are their coordinates. */
  paint(pictures: Pictures, first: number, values: Float32Array): void {
    this.values = values;
    const texts = Array.from(values, coordinate);
    const titles = texts.map((text) => `z${this.dimension} = ${text}`);
    const ends = `${texts[0]} to ${texts.at(-1)}`;
    const label = t('{0} pictures along dimension {1}, z from {2}', values.length, this.dimension, ends);
    this.frames.paint(pictures, first, titles, label);
    this.mark(Number(this.slider.value));
  }

  /** Marks the picture nearest to a value, unless the value is further away than the outermost gap between pictures. */
  private mark(value: number): void {
    const distances = Array.from(this.values, (at) => Math.abs(at - value));
    const least = Math.min(...distances);
    const last = this.values.length - 1;
    const reached = last < 1 || least <= this.values[last]! - this.values[last - 1]!;
    const nearest = reached ? distances.indexOf(least) : -1;
    this.frames.mark(nearest);
  }
}
