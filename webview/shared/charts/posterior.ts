import { element, setAttributes, setText, svg } from '../element';
import { byFallingKl } from '../activity';
import { coordinate, count, nats } from '../format';
import { placeCursor } from './cursor';
import { t } from '../l10n';

export interface PosteriorSummary {
  /** Nz values, like every array here. */
  readonly mean: Float32Array;
  readonly standardDeviation: Float32Array;
  /** In nats. */
  readonly klPerDimension: Float32Array;
}

/** Height of the KL bar chart in view-box units. */
const KL_HEIGHT = 100;

/**
 * Draws q(z|x) per latent dimension: a dot at the mean and a bar of one standard deviation to each side, over bands of
 * the prior at one and two standard deviations; below it, the KL per dimension. The number of SVG paths does not depend
 * on the number of dimensions. `order` lists the dimensions from left to right.
 * @param across name of that axis
 */
export function posteriorChart(
  posterior: PosteriorSummary,
  order: readonly number[],
  across: string,
): HTMLElement {
  const { mean, standardDeviation, klPerDimension } = posterior;
  const size = order.length;
  const limit =
    order.reduce((limit, d) => Math.max(limit, Math.abs(mean[d]!) + standardDeviation[d]!), 2.6) * 1.06;
  const bars = order.map((d, i) => {
    const x = i + 0.5;
    return `M${x} ${-(mean[d]! - standardDeviation[d]!)}V${-(mean[d]! + standardDeviation[d]!)}`;
  });
  // A zero-length line with round caps is a dot that stays round in a stretched drawing.
  const dots = order.map((d, i) => `M${i + 0.5} ${-mean[d]!}h0`);
  const mostKl = Math.max(1e-6, ...klPerDimension);
  const columns = order.map((d, i) => `M${i + 0.18} 0V${-(klPerDimension[d]! / mostKl) * KL_HEIGHT}h.64V0z`);

  const marker = svg('rect', {
    class: 'marker',
    x: 0,
    y: -limit,
    width: 1,
    height: 2 * limit,
    visibility: 'hidden',
  });
  const z = svg(
    'svg',
    { class: 'posterior-z', viewBox: `0 ${-limit} ${size} ${2 * limit}`, preserveAspectRatio: 'none' },
    svg('rect', { class: 'prior', x: 0, y: -2, width: size, height: 4 }),
    svg('rect', { class: 'prior', x: 0, y: -1, width: size, height: 2 }),
    svg('path', { class: 'zero', d: `M0 0H${size}` }),
    marker,
    svg('path', { class: 'deviation', d: bars.join('') }),
    svg('path', { class: 'mean', d: dots.join('') }),
  );
  const kl = svg(
    'svg',
    { class: 'posterior-kl', viewBox: `0 ${-KL_HEIGHT} ${size} ${KL_HEIGHT}`, preserveAspectRatio: 'none' },
    svg('path', { d: columns.join('') }),
  );

  const plot = element('div', {
    class: size > 64 ? 'posterior-plot dense' : 'posterior-plot',
    tabindex: 0,
    role: 'img',
    'aria-label': describe(posterior),
  });
  plot.style.minWidth = `${size * 4}px`;
  plot.append(z, kl);
  const text = element('div', { class: 'posterior-text', 'aria-live': 'polite' }, describe(posterior));

  placeCursor(
    plot,
    () => size,
    (position) => {
      setAttributes(marker, { x: position ?? 0, visibility: position === null ? 'hidden' : 'visible' });
      const d = position === null ? undefined : order[position];
      setText(text, d === undefined ? describe(posterior) : describeDimension(posterior, d));
    },
  );
  return element(
    'div',
    { class: 'posterior' },
    axes(limit, mostKl),
    element('div', { class: 'posterior-scroll' }, plot),
    element('div', { class: 'posterior-across', 'aria-hidden': 'true' }, across),
    text,
  );
}

/** The names and numbers beside the two parts of the drawing: coordinates of z, and KL in nats. */
function axes(limit: number, mostKl: number): HTMLElement {
  const tick = (value: number): HTMLElement => {
    const node = element('span', { class: 'tick' }, value < 0 ? `\u2212${-value}` : String(value));
    node.style.top = `${((limit - value) / (2 * limit)) * 100}%`;
    return node;
  };
  return element(
    'div',
    { class: 'posterior-axes', 'aria-hidden': 'true' },
    element(
      'div',
      { class: 'posterior-z' },
      element('span', { class: 'axis-name' }, 'z'),
      ...[2, 0, -2].map(tick),
    ),
    element('div', { class: 'posterior-kl', title: t('Up to {0} nats', nats(mostKl)) }, 'KL'),
  );
}

/** Returns the dimensions from left to right: by index, or by descending KL. */
export function dimensionOrder(klPerDimension: Float32Array, byKl: boolean): number[] {
  return byKl ? byFallingKl(klPerDimension) : Array.from(klPerDimension, (_, d) => d);
}

function describe({ klPerDimension }: PosteriorSummary): string {
  const limit = dimensionOrder(klPerDimension, true)[0];
  if (limit === undefined) return t('No latent dimensions');
  const dimensions =
    klPerDimension.length === 1 ? t('1 dimension') : t('{0} dimensions', count(klPerDimension.length));
  return t('{0}, most KL in {1}: {2} nats', dimensions, limit, nats(klPerDimension[limit]));
}

function describeDimension({ mean, standardDeviation, klPerDimension }: PosteriorSummary, d: number): string {
  return t(
    'Dimension {0}: mean {1}, s.d. {2}, KL {3}',
    d,
    coordinate(mean[d]!),
    coordinate(standardDeviation[d]!),
    nats(klPerDimension[d]),
  );
}
