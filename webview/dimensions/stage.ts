import type { SampleSource } from '../../src/protocol/schemas/values';
import type { Pictures } from '../../src/domain/pictures';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate } from '../shared/format';
import { paint } from '../shared/pictures';
import { Select } from '../shared/select';
import { button } from '../shared/toolkit';
import type { StartPoint } from '../shared/start-points';
import { t } from '../shared/l10n';

const SOURCES = [
  { value: 'prior', label: t('the prior') },
  { value: 'aggregate', label: t('the aggregate posterior') },
] as const satisfies readonly { value: SampleSource; label: string }[];

export interface DecodedPointEvents {
  onPlace(key: string): void;
  onQuantiles(of: SampleSource): void;
  onReset(): void;
}

/** The point that the sliders move: its start point, its picture, and its norm. */
export class DecodedPoint {
  readonly element: HTMLElement;
  private readonly picture = element('canvas', { class: 'picture big', role: 'img' });
  private readonly around: Select;
  private readonly text = element('p', { class: 'quiet stage-text' });
  private readonly reset;

  constructor(quantilesOf: SampleSource, events: DecodedPointEvents) {
    this.around = new Select(t('Around'), (key) => events.onPlace(key));
    const quantiles = new Select(t('Quantiles of'), (of) => events.onQuantiles(of as SampleSource));
    quantiles.show(SOURCES, quantilesOf);
    this.reset = button({
      label: t('Reset'),
      title: t('Reset all sliders'),
      onClick: () => events.onReset(),
    });
    this.element = element(
      'div',
      { class: 'stage-box' },
      element('div', { class: 'stage-picture' }, this.picture, this.text),
      element('div', { class: 'stage-side' }, this.around.element, quantiles.element, this.reset),
    );
  }

  showPlaces(places: readonly StartPoint[], chosen: string): void {
    this.around.show(places, chosen);
  }

  paint(picture: Pictures): void {
    paint(this.picture, picture, 0);
  }

  /** Shows |z|, which is about the square root of Nz for z ~ N(0, I). */
  describe(z: Float32Array, edits: number): void {
    const length = coordinate(Math.hypot(...z));
    const usual = Math.sqrt(z.length).toFixed(2);
    const moved = edits === 0 ? '' : ` · ${t('{0} moved', edits)}`;
    setText(this.text, t('|z| {0}; draws of the prior have about {1}{2}', length, usual, moved));
    this.reset.disabled = edits === 0;
    setAttributes(this.picture, { 'aria-label': t('Decoded at |z| {0}', length) });
  }
}
