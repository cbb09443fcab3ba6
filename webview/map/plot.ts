import type { MapColumn } from '../../src/protocol/map';
import { toFailure } from '../../src/protocol/rpc';
import { element, setAttributes, setText } from '../element';
import type { ExplorerClient, ExplorerModel } from '../explorer/model';
import type { ExplorerState } from '../explorer/view-state';
import { count, nats } from '../format';
import type { ViewState } from '../host';
import { readTheme } from '../theme';
import { axisChoices, axisName, colourChoices, defaultAxes, defaultColour, known, unitOf } from './choices';
import type { ColourBy } from './choices';
import { categoriesOf, colouringOf, stylesOf, type Colouring } from './colouring';
import { Detail } from './detail';
import { Legend } from './legend';
import type { MapData } from './map-data';
import type { MapModel } from './map-model';
import { PointsTable, type PointRow } from './points-table';
import { Select } from '../select';
import { MapStage } from './stage';
import { Tip } from './tip';

/** What is drawn now. */
interface Drawn {
  readonly data: MapData;
  readonly x: MapColumn;
  readonly y: MapColumn;
  readonly places: readonly [Float32Array, Float32Array];
  readonly elbo: Float32Array;
  readonly colouring: Colouring;
}

/** The points with all that belongs to them: axes, colours, legend, the card of the chosen one, and the table. */
export class MapPlot {
  readonly element: HTMLElement;
  readonly #stage: MapStage;
  readonly #tip: Tip;
  readonly #legend = new Legend({ hide: (keys) => this.#hide(keys) });
  readonly #detail: Detail;
  readonly #table = new PointsTable(
    (most) => this.#rows(most),
    (id) => this.choose(id),
  );
  readonly #xAxis = new Select('x', (mapX) => this.#choice({ mapX }));
  readonly #yAxis = new Select('y', (mapY) => this.#choice({ mapY }));
  readonly #colour = new Select('Colour', (mapColour) => this.#choice({ mapColour }));
  readonly #corner = element('div', { class: 'map-corner quiet' });
  readonly #said = element('div', { class: 'map-said quiet', 'aria-live': 'polite' });
  readonly #trouble = element('p', { class: 'error-text', role: 'alert', hidden: true });
  #drawn: Drawn | null = null;
  #data: MapData | null = null;
  /** Number of the newest wish to draw: what an older one pulled is not drawn any more. */
  #wish = 0;

  constructor(
    private readonly model: ExplorerModel,
    private readonly client: ExplorerClient,
    private readonly map: MapModel,
    private readonly state: ViewState<ExplorerState>,
  ) {
    this.#tip = new Tip(client);
    this.#detail = new Detail(client, { open: (id) => this.#open(id), close: () => this.choose(null) });
    this.#stage = new MapStage({
      hovered: (index, byKeyboard) => this.#hovered(index, byKeyboard),
      chosen: (index) => this.choose(this.#data?.images.ids[index] ?? null),
      opened: (index) => this.#open(this.#data!.images.ids[index]!),
      moved: () => this.#moved(),
      layer: (kind) => setText(this.#corner, kind === 'webgl' ? '' : 'Drawn without WebGL'),
      themeChanged: () => this.#restyle(),
    });
    const zoom = (label: string, name: string, act: () => void): HTMLElement => {
      const node = element(
        'button',
        { type: 'button', class: 'map-button', 'aria-label': name, title: name },
        label,
      );
      node.addEventListener('click', act);
      return node;
    };
    this.#stage.element.append(this.#corner);
    this.element = element(
      'div',
      { class: 'map-plot', hidden: true },
      element('div', { class: 'map-tools' }, this.#xAxis.element, this.#yAxis.element, this.#colour.element),
      this.#trouble,
      element(
        'div',
        { class: 'map-body' },
        element(
          'div',
          { class: 'map-main' },
          element(
            'div',
            { class: 'map-frame' },
            this.#stage.element,
            this.#tip.element,
            element(
              'div',
              { class: 'map-zoom', role: 'group', 'aria-label': 'Zoom' },
              zoom('+', 'Zoom in', () => this.#stage.zoom(1.5)),
              zoom('\u2212', 'Zoom out', () => this.#stage.zoom(1 / 1.5)),
              zoom('\u2922', 'Show all', () => this.#stage.showAll()),
            ),
          ),
          this.#said,
          this.#table.element,
        ),
        element('div', { class: 'map-side' }, this.#legend.element, this.#detail.element),
      ),
    );
  }

  /** Draws these images; does nothing where they are drawn already and nobody was asked for. */
  async show(data: MapData): Promise<void> {
    const same = this.#data === data;
    const updated = !same && this.#data !== null;
    this.#data = data;
    if (!same) await this.#redraw();
    this.#seek();
    if (updated && this.state.value.mapChosen !== '') this.#detail.show(this.state.value.mapChosen, true);
  }

  /** Shows the card of an image; null for none. */
  choose(id: string | null): void {
    this.state.update({ mapChosen: id ?? '' });
    const index = id === null ? -1 : (this.#data?.indexOf(id) ?? -1);
    this.#stage.mark(index);
    if (id === null) this.#detail.hide();
    else this.#detail.show(id);
  }

  #choice(patch: Partial<ExplorerState>): void {
    this.state.update(patch);
    void this.#redraw();
  }

  /** Pulls what the choices need, and draws it. */
  async #redraw(): Promise<void> {
    const data = this.#data;
    if (data === null) return;
    const wish = ++this.#wish;
    const { value } = this.state;
    const axes = axisChoices(data.set);
    const [usualX, usualY] = defaultAxes(data.set);
    const x = known<MapColumn>(axes, value.mapX, usualX);
    const y = known<MapColumn>(axes, value.mapY, usualY);
    const colours = colourChoices(data.set);
    const colour = known<ColourBy>(colours, value.mapColour, defaultColour(data.set));
    this.#xAxis.show(axes, x);
    this.#yAxis.show(axes, y);
    this.#colour.show(colours, colour);
    try {
      const places = [await data.column(x), await data.column(y)] as const;
      const elbo = await data.column('elbo');
      const colouring = await colouringOf(data, colour, readTheme().light);
      if (wish !== this.#wish) return;
      const samePlaces = this.#drawn?.data === data && this.#drawn.x === x && this.#drawn.y === y;
      this.#drawn = { data, x, y, places, elbo, colouring };
      if (!samePlaces) this.#stage.setPoints(...places, this.#place(x, y));
      this.#restyle();
      this.#describe();
      this.#restoreChoice();
      this.#table.axes(axisName(data.set, x), axisName(data.set, y));
      this.#table.update();
      setAttributes(this.#trouble, { hidden: true });
    } catch (error) {
      if (wish !== this.#wish) return;
      setText(this.#trouble, toFailure(error).message);
      setAttributes(this.#trouble, { hidden: false });
      // Encoded anew meanwhile, or the engine has gone.
      this.map.pull();
    }
  }

  #restyle(): void {
    const drawn = this.#drawn;
    if (drawn === null) return;
    const { light } = readTheme();
    const { data } = drawn;
    const { mapHidden, mapColour } = this.state.value;
    const colour = known<ColourBy>(colourChoices(data.set), mapColour, defaultColour(data.set));
    const colouring = drawn.colouring.kind === 'scale' ? drawn.colouring : categoriesOf(data, colour, light);
    this.#drawn = { ...drawn, colouring };
    this.#stage.setStyles(stylesOf(colouring, new Set(mapHidden), light));
    const title = colourChoices(data.set).find(({ value }) => value === colour)?.label ?? '';
    const unit = colouring.kind === 'scale' ? unitOf(colour as MapColumn) : '';
    this.#legend.show(colouring, title, unit, mapHidden, light);
  }

  #hide(mapHidden: readonly string[]): void {
    this.state.update({ mapHidden });
    this.#restyle();
    this.#table.update();
  }

  /** The remembered place, if it was one of these axes of this run. */
  #place(x: MapColumn, y: MapColumn): { x: number; y: number; scale: number } | null {
    const { mapPlaceOf, mapCentreX, mapCentreY, mapScale } = this.state.value;
    if (mapPlaceOf !== this.#placeKey(x, y) || mapScale <= 0) return null;
    return { x: mapCentreX, y: mapCentreY, scale: mapScale };
  }

  #placeKey(x: MapColumn, y: MapColumn): string {
    return `${this.model.run?.uri ?? ''} ${x} ${y}`;
  }

  #timer: ReturnType<typeof setTimeout> | undefined;
  #moved(): void {
    this.#tip.hide();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#remember(), 150);
  }

  #remember(): void {
    if (this.#drawn === null) return;
    const { x, y } = this.#drawn;
    const place = this.#stage.place;
    this.state.update({
      mapPlaceOf: this.#placeKey(x, y),
      mapCentreX: place?.x ?? 0,
      mapCentreY: place?.y ?? 0,
      mapScale: place?.scale ?? 0,
    });
    this.#table.update();
  }

  #restoreChoice(): void {
    const { mapChosen } = this.state.value;
    if (mapChosen === '') return;
    const index = this.#data!.indexOf(mapChosen);
    this.#stage.mark(index);
    if (index >= 0) this.#detail.show(mapChosen);
  }

  /** Rings around what was asked for, the first of them chosen. */
  #seek(): void {
    const sought = this.map.takeSought();
    if (sought.length === 0 || this.#data === null) return;
    const found = sought.map((id) => this.#data!.indexOf(id)).filter((index) => index >= 0);
    const missing = sought.length - found.length;
    setText(
      this.#trouble,
      `${count(missing)} of ${count(sought.length)} images are not on the map: the run was not trained with them.`,
    );
    setAttributes(this.#trouble, { hidden: missing === 0 });
    if (found.length === 0) return;
    this.choose(this.#data.images.ids[found[0]!]!);
    this.#stage.mark(found[0]!, found);
    this.#stage.reveal(found[0]!);
  }

  #hovered(index: number, byKeyboard: boolean): void {
    const data = this.#data;
    if (data === null || index < 0) return this.#tip.hide();
    const id = data.images.ids[index]!;
    const facts = this.#facts(index);
    this.#tip.show(id, facts, this.#stage.at(index), this.#stage.size);
    setText(this.#said, byKeyboard ? `${id}: ${facts}` : '');
  }

  #facts(index: number): string {
    const { data, elbo } = this.#drawn!;
    const parts = [data.labelOf(index), data.splitOf(index), `ELBO ${nats(elbo[index])}`];
    return parts.filter((part) => part !== null).join(' · ');
  }

  #rows(most: number): readonly PointRow[] {
    const drawn = this.#drawn;
    if (drawn === null) return [];
    const { data, places, elbo } = drawn;
    return this.#stage.inView(most).map((index) => ({
      id: data.images.ids[index]!,
      label: data.labelOf(index) ?? '',
      split: data.splitOf(index),
      x: places[0][index]!,
      y: places[1][index]!,
      elbo: elbo[index] ?? null,
    }));
  }

  #describe(): void {
    const { data, x, y } = this.#drawn!;
    const { set } = data;
    const what = `Map of ${count(set.count)} images: ${axisName(set, x)} to the right, ${axisName(set, y)} up.`;
    const keys =
      'Arrow keys go from point to point, with Shift they move the map; plus, minus and zero zoom; Enter shows the card, Ctrl+Enter opens the file.';
    setAttributes(this.#stage.element, { 'aria-label': `${what} ${keys}` });
  }

  #open(id: string): void {
    void this.model.attempt('action', () => this.client.call('openMapImage', { id }));
  }
}
