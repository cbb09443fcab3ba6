import { h, render } from 'preact';
import type { MapSet } from '../../src/protocol/map';
import type { SnapshotPlaces, TimeImages } from '../../src/protocol/time';
import { element, setAttributes, setText } from '../shared/element';
import type { PictureStore } from '../shared/picture-store';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { axisName } from '../map/data/axis-choices';
import { categoriesOf, stylesOf } from '../map/style/colouring';
import { Legend } from '../map/style/legend';
import { MapCanvas } from '../map/canvas/map-canvas';
import { Tooltip } from '../map/panels/tooltip';
import { toScreen } from '../map/canvas/viewport';
import { readTheme } from '../shared/theme';

export interface SnapshotMapEvents {
  /** An image was chosen; empty clears the choice. */
  chosen(id: string): void;
  /** Returns the cached positions of image `index` over the snapshots. */
  way(index: number): readonly (readonly [number, number])[];
}

/** Map of the images with the weights of one step. The viewport stays when the step changes. */
export class SnapshotMap {
  readonly element: HTMLElement;
  private readonly stage: MapCanvas;
  private readonly tip: Tooltip;
  private readonly legend = element('div');
  private readonly what = element('p', { class: 'quiet' });
  private readonly said = element('div', { class: 'map-said quiet', 'aria-live': 'polite' });
  private hidden: readonly string[] = [];
  private images: TimeImages | null = null;
  private chosen = '';

  constructor(pictures: PictureStore, events: SnapshotMapEvents) {
    this.tip = new Tooltip(pictures);
    this.stage = new MapCanvas({
      hovered: (index, byKeyboard) => this.hovered(index, byKeyboard),
      chosen: (index) => events.chosen(index < 0 ? '' : this.images!.ids[index]!),
      surrounded: ([index]) => index !== undefined && events.chosen(this.images!.ids[index]!),
      opened: () => undefined,
      moved: () => this.tip.hide(),
      layer: () => undefined,
      under: (context, _points, view, size) => {
        const way = events.way(this.index).map(([x, y]) => toScreen(view, size, x, y));
        context.strokeStyle = readTheme().foreground;
        context.beginPath();
        for (const [x, y] of way) context.lineTo(x, y);
        context.stroke();
      },
      themeChanged: () => this.restyle(),
    });
    const frame = element('div', { class: 'map-frame' }, this.stage.element, this.tip.element);
    this.element = element('div', { class: 'time-map' }, frame, this.said, this.what, this.legend);
  }

  private get index(): number {
    return this.images?.ids.indexOf(this.chosen) ?? -1;
  }

  show(images: TimeImages, places: SnapshotPlaces, latent: number, step: number): void {
    const same = images === this.images;
    this.images = images;
    const [left, right, bottom, top] = places.frame;
    const whole = { left: left!, right: right!, bottom: bottom!, top: top! };
    this.stage.setPoints(places.x, places.y, same ? this.stage.place : null, whole);
    this.stage.mark(this.index);
    if (!same) this.restyle();
    this.tip.hide();
    const [total, followed] = [count(images.total), count(images.ids.length)];
    const part = images.ids.length < images.total ? t('{0} of {1}', followed, total) : total;
    const text = t('Posterior means of {0} images: {1}.', part, axesOf(latent, setOf(images, places.shares)));
    const turned = t('Each step is rotated about the origin to align it with the newest.');
    setText(this.what, places.aligned ? `${text} ${turned}` : text);
    const label = t(
      'Places of {0} images at step {1}. Arrow keys go from point to point, Enter chooses one.',
      part,
      count(step),
    );
    setAttributes(this.stage.element, { 'aria-label': label });
  }

  choose(id: string): void {
    this.chosen = id;
    this.stage.mark(this.index);
  }

  private restyle(): void {
    const images = this.images;
    if (images === null) return;
    const { light } = readTheme();
    const by = images.labelNames === null ? 'split' : 'label';
    const colouring = categoriesOf({ set: setOf(images, new Float32Array(0)), images }, by, light);
    this.stage.setStyles(stylesOf(colouring, new Set(this.hidden), light));
    const title = by === 'label' ? t('Label') : t('Split');
    const onHide = (keys: readonly string[]): void => {
      this.hidden = keys;
      this.restyle();
    };
    const props = { colouring, title, unit: '', hidden: this.hidden, light, own: new Map(), onHide };
    render(h(Legend, props), this.legend);
  }

  private hovered(index: number, byKeyboard: boolean): void {
    const images = this.images;
    if (images === null || index < 0) return this.tip.hide();
    const id = images.ids[index]!;
    const label = images.labelNames?.[images.labels?.[index] ?? -1] ?? '';
    this.tip.show(id, label, this.stage.at(index), this.stage.size);
    setText(this.said, byKeyboard ? `${id} ${label}` : '');
  }
}

function axesOf(latent: number, set: MapSet): string {
  if (latent === 1) return t('dimension 0');
  if (latent === 2) return t('dimensions 0 and 1');
  return t('{0} and {1} of the newest snapshot', axisName(set, 'pc:0'), axisName(set, 'pc:1'));
}

/** Adapts the tracked images to the type that the map's colours and axis names expect. */
function setOf({ ids, labelNames }: TimeImages, shares: Float32Array): MapSet {
  return { key: '', step: 0, count: ids.length, dimensions: shares.length, labelNames, shares, layout: null };
}
