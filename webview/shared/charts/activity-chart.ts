import { DEAD_BELOW, byFallingKl } from '../activity';
import type { ActivityPoint, KlSource } from '../activity';
import { element, setAttributes, setText, svg } from '../element';
import { count, nats, shortCount } from '../format';
import { placeCursor } from './cursor';
import { t } from '../l10n';

/** Height of the bars in view-box units. */
const BAR_HEIGHT = 100;
/** Maximum points of the line; a small chart cannot show more. */
const MAX_POINTS = 200;
/** Maximum number of bars that are labelled with their dimension. */
const MAX_NUMBERED_BARS = 24;

/**
 * Shows how the latent space is used: the KL of each dimension in descending order, and the number of active dimensions
 * over training.
 */
export class ActivityChart {
  readonly element: HTMLElement;
  private readonly marker = svg('rect', {
    class: 'marker',
    y: -BAR_HEIGHT,
    width: 1,
    height: BAR_HEIGHT,
    visibility: 'hidden',
  });
  private readonly active = svg('path', { class: 'active' });
  private readonly dead = svg('path', { class: 'dead' });
  private readonly bars: SVGElement;
  private readonly numbers = element('div', { class: 'bar-numbers', 'aria-hidden': 'true' });
  private readonly plot: HTMLElement;
  private readonly text = element('p', { class: 'activity-text', 'aria-live': 'polite' });
  private readonly line = svg('path', { class: 'line' });
  private readonly over: SVGElement;
  private readonly top = element('span');
  private readonly until = element('span');
  private readonly counts: HTMLElement;
  private source: KlSource = { klPerDimension: [], step: 0, of: '' };
  private order: readonly number[] = [];
  private place: number | null = null;

  constructor() {
    this.bars = svg('svg', { preserveAspectRatio: 'none' }, this.marker, this.active, this.dead);
    this.plot = element('div', { class: 'bars', tabindex: 0, role: 'img' });
    this.plot.append(this.bars);
    placeCursor(
      this.plot,
      () => this.order.length,
      (place) => this.point(place),
    );
    this.over = svg('svg', { preserveAspectRatio: 'none' }, this.line);
    this.counts = element('div', { class: 'counts', role: 'img' });
    this.counts.append(this.over);
    const axis = (...labels: HTMLElement[]): HTMLElement =>
      element('div', { class: 'axis', 'aria-hidden': 'true' }, ...labels);
    this.element = element(
      'div',
      { class: 'activity' },
      element(
        'figure',
        { class: 'activity-kl' },
        element('figcaption', {}, t('KL per dimension, largest first')),
        this.plot,
        this.numbers,
      ),
      element(
        'figure',
        { class: 'activity-count' },
        element('figcaption', {}, t('Active dimensions over samples evaluated')),
        this.counts,
        axis(this.top, this.until),
      ),
      this.text,
    );
  }

  show(source: KlSource, points: readonly ActivityPoint[]): void {
    this.source = source;
    this.order = byFallingKl(source.klPerDimension);
    this.showBars();
    this.showCounts(points);
    this.point(this.place);
  }

  private showBars(): void {
    const { klPerDimension } = this.source;
    const size = this.order.length;
    const limit = Math.max(DEAD_BELOW, ...this.order.map((d) => klPerDimension[d]! || 0));
    const bar = (d: number, i: number): string =>
      `M${i + 0.15} 0V${-((klPerDimension[d]! || 0) / limit) * BAR_HEIGHT}h.7V0z`;
    const isActive = (d: number): boolean => klPerDimension[d]! >= DEAD_BELOW;
    setAttributes(this.bars, { viewBox: `0 ${-BAR_HEIGHT} ${size} ${BAR_HEIGHT}` });
    setAttributes(this.active, { d: this.order.map((d, i) => (isActive(d) ? bar(d, i) : '')).join('') });
    // Draws a dead dimension as a line on the axis; its bar would be invisible.
    setAttributes(this.dead, {
      d: this.order.map((d, i) => (isActive(d) ? '' : `M${i + 0.15} 0h.7`)).join(''),
    });
    setAttributes(this.plot, {
      'aria-label': t('KL per dimension. {0} Arrow keys move along it.', this.summary()),
    });
    setAttributes(this.numbers, { hidden: size > MAX_NUMBERED_BARS });
    if (size > MAX_NUMBERED_BARS) return;
    this.numbers.replaceChildren(
      ...this.order.map((d) => element('span', { class: isActive(d) ? '' : 'dead' }, String(d))),
    );
  }

  private showCounts(points: readonly ActivityPoint[]): void {
    const size = Math.max(1, this.order.length);
    const every = Math.ceil(points.length / MAX_POINTS);
    const drawn = points.filter((_, i) => i % every === 0 || i === points.length - 1);
    const last = Math.max(1, drawn.at(-1)?.samples ?? 1);
    const path = drawn.map(
      ({ samples, active }, i) => `${i === 0 ? 'M' : 'L'}${samples / last} ${size - active}`,
    );
    // Leaves room for a line at the very top or bottom.
    setAttributes(this.over, { viewBox: `0 ${-0.03 * size} 1 ${1.06 * size}` });
    setAttributes(this.line, { d: path.join('') });
    const now = points.at(-1)?.active;
    setText(this.top, now === undefined ? '' : t('{0} of {1}', count(now), count(size)));
    setText(this.until, t('{0} samples', shortCount(last)));
    const limit = points.reduce((highest, { active }) => Math.max(highest, active), 0);
    setAttributes(this.counts, {
      'aria-label':
        now === undefined
          ? t('Active dimensions, no values yet')
          : t(
              'Active dimensions over {0} samples: now {1} of {2}, {3} at most',
              count(last),
              count(now),
              count(size),
              count(limit),
            ),
    });
  }

  private point(place: number | null): void {
    this.place = place;
    setAttributes(this.marker, { x: place ?? 0, visibility: place === null ? 'hidden' : 'visible' });
    const d = place === null ? undefined : this.order[place];
    setText(this.text, d === undefined ? this.summary() : this.describe(d));
  }

  private summary(): string {
    const { klPerDimension, step, of } = this.source;
    const active = this.order.filter((d) => klPerDimension[d]! >= DEAD_BELOW).length;
    return t(
      '{0} of {1} dimensions active, KL {2} nats over {3}, step {4}.',
      count(active),
      count(this.order.length),
      nats(this.total()),
      of,
      count(step),
    );
  }

  private describe(d: number): string {
    const kl = this.source.klPerDimension[d]!;
    const share = kl >= DEAD_BELOW ? t('{0} % of all', ((kl / this.total()) * 100).toFixed(1)) : t('dead');
    return t('Dimension {0}: KL {1} nats, {2}.', d, nats(kl), share);
  }

  private total(): number {
    return this.order.reduce((sum, d) => sum + (this.source.klPerDimension[d]! || 0), 0);
  }
}
