import type { LatentPath } from '../../src/protocol/latent';
import type { PathKind } from '../../src/protocol/panel';
import { element, setAttributes, setText, svg } from '../shared/element';
import { count, nats } from '../shared/format';
import { frameAt, framePositions } from './strip';
import { t } from '../shared/l10n';

/** Space above and below the lines, as a fraction of their range. */
const MARGIN_SHARE = 0.08;

/**
 * Plots the log density along both paths: under the fitted aggregate posterior, with the usual range of images, or
 * under the prior without such a fit.
 */
export class DensityChart {
  readonly element: HTMLElement;
  private readonly lines: Readonly<Record<PathKind, SVGElement>>;
  private readonly usual = svg('rect', { class: 'usual' });
  private readonly marker = svg('path', { class: 'marker' });
  private readonly drawing: SVGElement;
  private readonly plot = element('div', { class: 'density-plot', role: 'img' });
  private readonly what = element('span');
  private readonly highest = element('span');
  private readonly lowest = element('span');
  private readonly text = element('p', { class: 'quiet density-text' });
  private path: LatentPath | null = null;
  private places: readonly number[] = [];
  private range: readonly [number, number] = [0, 1];

  constructor() {
    const line = (kind: PathKind): SVGElement => svg('path', { class: `line ${kind}` });
    this.lines = { linear: line('linear'), spherical: line('spherical') };
    this.drawing = svg(
      'svg',
      { preserveAspectRatio: 'none' },
      this.usual,
      this.marker,
      this.lines.spherical,
      this.lines.linear,
    );
    this.plot.append(this.drawing);
    this.element = element(
      'figure',
      { class: 'density' },
      element('figcaption', { class: 'quiet' }, this.what),
      element(
        'div',
        { class: 'density-body' },
        element('div', { class: 'density-axis quiet', 'aria-hidden': 'true' }, this.highest, this.lowest),
        this.plot,
      ),
      this.text,
    );
  }

  show(path: LatentPath): void {
    this.path = path;
    this.places = framePositions(path.at);
    const usual = path.aggregate?.quantiles;
    const values = { linear: this.values('linear'), spherical: this.values('spherical') };
    const all = [...values.linear, ...values.spherical, ...(usual ? [usual[0], usual[2]] : [])];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = Math.max(1e-6, high - low) * MARGIN_SHARE;
    this.range = [low - room, high + room];
    const width = Math.max(1, path.at.length - 1);
    setAttributes(this.drawing, {
      viewBox: `0 ${-this.range[1]} ${width} ${this.range[1] - this.range[0]}`,
    });
    for (const kind of ['linear', 'spherical'] as const) {
      const d = Array.from(values[kind], (v, i) => `${i === 0 ? 'M' : 'L'}${this.places[i]} ${-v}`).join('');
      setAttributes(this.lines[kind], { d });
    }
    setAttributes(this.usual, { visibility: usual ? 'visible' : 'hidden' });
    if (usual)
      setAttributes(this.usual, { x: 0, width, y: -usual[2], height: Math.max(0, usual[2] - usual[0]) });
    setText(this.what, this.under());
    setText(this.highest, nats(high));
    setText(this.lowest, nats(low));
  }

  /** Marks a place on one of the paths and describes its density. */
  mark(place: number, kind: PathKind): void {
    if (this.path === null) return;
    const { aggregate, [kind]: track } = this.path;
    const frame = frameAt(this.places, place);
    setAttributes(this.marker, { d: `M${place} ${-this.range[1]}V${-this.range[0]}` });
    const prior = t('prior {0}', nats(track.priorDensity[frame]));
    const fitted = track.density && t('aggregate posterior {0}', nats(track.density[frame]));
    const usual =
      aggregate &&
      t(
        'of {0} training images 90 % lie between {1} and {2} (band)',
        count(aggregate.images),
        nats(aggregate.quantiles[0]),
        nats(aggregate.quantiles[2]),
      );
    const said = [fitted, prior].filter((part) => part !== null).join(', ');
    setText(
      this.text,
      usual ? t('Nearest frame: {0} nats; {1}.', said, usual) : t('Nearest frame: {0} nats.', said),
    );
    const plain = t('Log density along the path. {0}', this.text.textContent);
    setAttributes(this.plot, { 'aria-label': plain });
  }

  private under(): string {
    return this.path?.aggregate
      ? t('Log density (nats) under the aggregate posterior: linear solid, spherical dashed')
      : t('Log density (nats) under the prior N(0, I): linear solid, spherical dashed');
  }

  private values(kind: PathKind): Float32Array {
    const { density, priorDensity } = this.path![kind];
    return density ?? priorDensity;
  }
}
