import type { MapTag } from '../../src/protocol/map';
import { toFailure } from '../../src/protocol/rpc';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import type { ViewState } from '../shared/view-state';
import type { SelectChoice } from '../shared/select';
import { readTheme } from '../shared/theme';
import { axesText } from './data/axes';
import { axesFor, axisName, colourChoices, defaultColour, known, unitOf } from './data/axis-choices';
import { csvOf } from './data/csv';
import { axesKey, describePoint, factsOf, missingText, pullDrawn, rowOf } from './data/plot-data';
import type { PlotData } from './data/plot-data';
import { OutlierList } from './panels/outlier-list';
import { mapLayout } from './panels/layout';
import { LayoutPanel } from './panels/layout-panel';
import { Legend } from './style/legend';
import { HoverDecoder } from './panels/hover-decoder';
import type { MapData } from './data/map-data';
import type { MapModel } from './data/map-model';
import { ViewportMemory } from './data/viewport-memory';
import { PointsTable } from './panels/points-table';
import { withColour } from './style/custom-colours';
import { mapToolbar } from './panels/plot-toolbar';
import { Selection } from './data/selection';
import { SelectionPanel } from './panels/selection-panel';
import { MapCanvas } from './canvas/map-canvas';
import { pointStyles } from './style/point-styles';
import { Thumbnails } from './canvas/thumbnails';
import { Tooltip } from './panels/tooltip';
import type { Toolbar } from './panels/toolbar';
import { isUmap } from './data/umap-axes';
import { ErrorLine } from '../shared/error-line';
import { t } from '../shared/l10n';
import type { ColourBy } from './data/map-axis';

/** The map and its panels: axes, colours, legend, selection, the card of the chosen image, and the table. */
export class MapView {
  readonly element: HTMLElement;
  private readonly stage: MapCanvas;
  private readonly tip: Tooltip;
  private readonly legend = new Legend({
    hide: (mapHidden) => this.stylesChanged({ mapHidden }),
    colour: (key, hex) =>
      this.stylesChanged({ mapColours: withColour(this.state.value.mapColours, key, hex) }),
  });
  private readonly table: PointsTable;
  private readonly toolbar: Toolbar;
  private readonly selection: Selection;
  private readonly panel: SelectionPanel;
  private readonly finds: OutlierList;
  private readonly thumbnails: Thumbnails;
  private readonly memory: ViewportMemory;
  private readonly hoverDecoder: HoverDecoder;
  private readonly layout: LayoutPanel;
  private readonly corner = element('div', { class: 'map-corner quiet' });
  private readonly axes = element('p', { class: 'map-axes quiet' });
  private readonly said = element('div', { class: 'map-said quiet', 'aria-live': 'polite' });
  /** One line for each source of messages: success of one must not remove what another one said. */
  private readonly errors = { drawing: new ErrorLine(), line: new ErrorLine(), missing: new ErrorLine() };
  private drawn: PlotData | null = null;
  private data: MapData | null = null;
  private uri: string | undefined;
  /** Sequence number of the newest redraw; results of older redraws are dropped. */
  private newestDraw = 0;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly map: MapModel,
    private readonly state: ViewState<Choices>,
    /** Called when the selection, the chosen image or the tags change. */
    private readonly changed: () => void,
  ) {
    this.tip = new Tooltip(model.pictures);
    this.layout = new LayoutPanel(map);
    this.thumbnails = new Thumbnails(model.pictures, () => this.stage.redraw());
    this.selection = new Selection(state.value.mapSelected, () => this.selectionChanged());
    this.panel = new SelectionPanel(
      client,
      this.selection,
      (tags) => csvOf(this.drawn!, tags, this.selection.indices(this.data!)),
      () => {
        this.changed();
        void this.redraw();
      },
    );
    const find = (id: string): void => this.choose(id, true);
    this.finds = new OutlierList(client, model.pictures, this.selection, find);
    this.table = new PointsTable((limit) => this.stage.inView(limit).map((i) => rowOf(this.drawn!, i)), find);
    this.memory = new ViewportMemory(state, () => this.table.update());
    this.toolbar = mapToolbar(state, {
      chosen: () => void this.redraw(),
      mode: (mode) => (this.stage.mode = mode),
      thumbnails: () => this.stage.redraw(),
      decode: (on) => this.hoverDecoder.turn(on),
      searched: () => this.stylesChanged({}),
    });
    const idOf = (index: number): string => this.data!.images.ids[index]!;
    this.stage = new MapCanvas({
      hovered: (index, byKeyboard) => this.hovered(index, byKeyboard),
      chosen: (index) => this.choose(index < 0 ? null : idOf(index)),
      surrounded: (indices, adding) => this.selection.take(indices.map(idOf), adding),
      line: (line) => this.hoverDecoder.path(line),
      over: (position) => this.hoverDecoder.over(position),
      beside: (position) => this.hoverDecoder.pin(position),
      opened: (index) => this.open(idOf(index)),
      moved: () => {
        this.tip.hide();
        this.memory.remember(this.placeKey(), () => this.stage.place);
      },
      layer: (kind) => setText(this.corner, kind === 'webgl' ? '' : t('Drawn without a graphics card')),
      under: (...args) => {
        if (this.state.value.mapThumbnails) this.thumbnails.draw(...args);
      },
      themeChanged: () => this.restyle(),
    });
    this.stage.element.append(this.corner);
    this.hoverDecoder = new HoverDecoder(model, state, {
      drawn: () => this.drawn,
      mark: (position) => this.stage.markLook(position),
      complain: (text) => this.errors.line.say(text),
    });
    this.element = mapLayout({
      stage: this.stage,
      tip: this.tip.element,
      above: [
        this.toolbar.element,
        this.layout.element,
        ...Object.values(this.errors).map((line) => line.element),
      ],
      below: [this.axes, this.said, this.table.element],
      beside: [this.legend.element, this.panel.element, this.finds.element],
    });
  }

  get tags(): readonly MapTag[] {
    return this.panel.tags;
  }
  get selected(): readonly string[] {
    return this.selection.ids;
  }

  /** Draws the images of a map. If they are drawn already, it only shows the images that were asked for. */
  async show(data: MapData): Promise<void> {
    const same = this.data === data;
    this.data = data;
    if (!same) {
      this.newImages(data);
      await this.redraw();
    }
    this.seek();
  }

  /** Shows the card of an image; null closes it. @param reveal also moves its point into view */
  choose(id: string | null, reveal = false): void {
    this.model.inspector.showImage(id ?? '');
    this.errors.missing.say('');
    const index = id === null ? -1 : (this.data?.indexOf(id) ?? -1);
    this.stage.mark(index);
    if (reveal && index >= 0) this.stage.reveal(index);
    this.changed();
  }

  private newImages(data: MapData): void {
    const uri = this.model.run?.uri;
    if (uri !== this.uri) {
      this.thumbnails.clear();
      this.errors.missing.say('');
    }
    this.uri = uri;
    this.thumbnails.setIds(data.images.ids);
    this.finds.setData(data);
    void this.panel.pullTags();
  }

  /** Pulls the columns for the chosen axes and colours, and redraws. */
  private async redraw(): Promise<void> {
    const data = this.data;
    if (data === null) return;
    const draw = ++this.newestDraw;
    const { value } = this.state;
    const { choices: axes, chosen, drawn: shown } = axesFor(data, value);
    const colour = this.colour(data);
    this.toolbar.show({ axes, colours: this.colours(data), x: chosen[0], y: chosen[1], colour });
    this.layout.show(data.set, isUmap(chosen[0]));
    const [x, y] = shown;
    try {
      const drawn = await pullDrawn(data, { x, y, colour, tags: this.panel.tags });
      if (draw !== this.newestDraw) return;
      const before = this.drawn;
      const samePlaces = before?.data === data && before.x === x && before.y === y;
      this.drawn = drawn;
      this.hoverDecoder.axesChanged(samePlaces);
      this.stage.scales = drawn.scales;
      if (!samePlaces) this.stage.setPoints(...drawn.places, this.memory.place(this.placeKey()));
      this.restyle();
      setText(this.axes, axesText(data, drawn, drawn.placed));
      setAttributes(this.stage.element, { 'aria-label': describePoint(drawn) });
      this.restoreChoice();
      this.table.axes(axisName(data.set, x), axisName(data.set, y));
      this.table.update();
      this.errors.drawing.say('');
    } catch (error) {
      if (draw !== this.newestDraw) return;
      this.errors.drawing.say(toFailure(error).message);
      // The images have been re-encoded in the meantime, or the engine is gone.
      this.map.pull();
    }
  }

  private colours({ set, fields }: MapData): readonly SelectChoice[] {
    return colourChoices(set, fields, this.panel.tags.length > 0);
  }

  private colour(data: MapData): ColourBy {
    return known<ColourBy>(this.colours(data), this.state.value.mapColour, defaultColour(data.set));
  }

  private restyle(): void {
    const drawn = this.drawn;
    if (drawn === null) return;
    const { light } = readTheme();
    const { data } = drawn;
    const { value } = this.state;
    const { styles, colouring, own, found } = pointStyles(drawn, value, this.selection.mask(data), light);
    this.drawn = { ...drawn, colouring };
    this.stage.setStyles(styles);
    this.toolbar.found(found);
    const colour = this.colour(data);
    const title = this.colours(data).find((choice) => choice.value === colour)?.label ?? '';
    const unit = colouring.kind === 'scale' ? unitOf(colour) : '';
    this.legend.show(colouring, title, unit, value.mapHidden, light, own);
  }

  private stylesChanged(patch: Partial<Choices>): void {
    this.state.update(patch);
    this.restyle();
    this.table.update();
  }

  private selectionChanged(): void {
    this.state.update({ mapSelected: this.selection.kept });
    this.panel.show();
    this.restyle();
    this.changed();
  }

  private placeKey(): string {
    return `${this.model.run?.uri ?? ''} ${this.drawn && axesKey(this.drawn)}`;
  }

  private restoreChoice(): void {
    const { inspected } = this.state.value;
    if (inspected !== '') this.stage.mark(this.data!.indexOf(inspected));
  }

  /** Marks the images that were asked for and chooses the first of them. */
  private seek(): void {
    const sought = this.map.takeSought();
    if (sought.length === 0 || this.data === null) return;
    const each = sought.map((id) => this.data!.indicesOf(id));
    const found = each.flat();
    if (found.length > 0) {
      this.choose(this.data.images.ids[found[0]!]!, true);
      this.stage.mark(found[0]!, found);
    }
    this.errors.missing.say(
      missingText(each.filter((indices) => indices.length === 0).length, sought.length),
    );
  }

  private hovered(index: number, byKeyboard: boolean): void {
    if (this.drawn === null || index < 0) return this.tip.hide();
    const id = this.drawn.data.images.ids[index]!;
    const facts = factsOf(this.drawn, index);
    const [x, y] = this.drawn.places;
    if (byKeyboard) this.hoverDecoder.over([x[index]!, y[index]!]);
    this.tip.show(id, facts, this.stage.at(index), this.stage.size);
    setText(this.said, byKeyboard ? `${id}: ${facts}` : '');
  }

  private open(id: string): void {
    void this.model.attempt('action', () => this.client.call('openMapImage', { id }));
  }
}
