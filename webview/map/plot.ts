import { computed, effect, signal, untracked } from '@preact/signals';
import { toFailure } from '../../src/protocol/rpc';

import { count } from '../shared/format';
import { isSamePlace } from '../shared/here';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';
import { readTheme } from '../shared/theme';
import { t } from '../shared/l10n';
import type { DragMode } from './canvas/gestures';
import { MapCanvas } from './canvas/map-canvas';
import { Thumbnails } from './canvas/thumbnails';
import { boundsOf } from './canvas/viewport';
import { axesFor, colourChoices, defaultColour, known, unitOf } from './data/axis-choices';
import type { ColourBy } from './data/map-axis';
import type { MapData } from './data/map-data';
import { mapOf } from './data/map-model';
import { narrowingOf } from './data/narrowing';
import { isLinear } from './data/axis-explanation';
import { atSnapshot, axesKey, describePoint, factsOf, missingText, pullDrawn } from './data/plot-data';
import type { PlotData } from './data/plot-data';
import { ViewportMemory } from './data/viewport-memory';
import { Overlays } from './overlays';
import { Regions } from './regions';
import { openPath, placeAt, positionOf } from './look';
import { Tooltip } from './panels/tooltip';
import { pointStyles } from './style/point-styles';

/** What a part of the map is given. */
export interface PlotProps {
  readonly session: RunSession;
  readonly plot: MapPlot;
}

const plots = new WeakMap<RunSession, MapPlot>();

/** Returns the session's plot, made on first use. */
export function plotOf(session: RunSession): MapPlot {
  const plot = plots.get(session) ?? new MapPlot(session);
  plots.set(session, plot);
  return plot;
}

/**
 * What is drawn of the map, and what the mouse and the keyboard do there. The canvas follows the choices, the selection and the
 * inspector's image and place while the map is shown.
 */
export class MapPlot {
  readonly map;
  readonly narrowing;
  readonly canvas: MapCanvas;
  readonly tip: Tooltip;
  readonly overlays: Overlays;
  /** Decision regions of the run's classifier. */
  readonly regions: Regions;
  /** Effect of dragging. */
  readonly mode = signal<DragMode>('move');
  /** What is said of the point under the keyboard's cursor. */
  readonly said = signal('');
  readonly withoutCard = signal(false);
  /** Changes when other images are in view. */
  readonly views = signal(0);
  /** Why the map could not be drawn, a line opened nothing, and images that were asked for are not there; empty for none. */
  readonly drawingTrouble = signal('');
  readonly lineTrouble = signal('');
  readonly missing = signal('');
  /** The map itself, which is of the newest weights that it was made with. */
  private readonly drawnSignal = signal<PlotData | null>(null);
  /** What is on the canvas. */
  private placed: PlotData | null = null;
  private readonly themes = signal(0);
  private readonly soughtIds = signal<readonly string[]>([]);
  private readonly thumbnails: Thumbnails;
  private readonly memory: ViewportMemory;
  /** Sequence number of the newest drawing; results of older ones are dropped. */
  private newestDraw = 0;

  constructor(private readonly session: RunSession) {
    this.map = mapOf(session);
    this.narrowing = narrowingOf(session);
    this.tip = new Tooltip(session.pictures);
    this.thumbnails = new Thumbnails(session.pictures, () => this.canvas.redraw());
    this.memory = new ViewportMemory(session.state, () => this.views.value++);
    this.overlays = new Overlays(session, this.narrowing, () => this.drawn);
    this.regions = new Regions(session, () => this.drawn, this.styles);
    this.canvas = this.makeCanvas();
    session.atEnd(() => this.canvas.dispose());
  }

  /** What is shown, at the step of the time; null before the first drawing. */
  get drawn(): PlotData | null {
    return this.drawnThen.value;
  }

  private readonly drawnThen = computed(() => {
    const newest = this.drawnSignal.value;
    const then = this.session.time.places.value;
    if (newest === null || then === null) return newest;
    const { key, x, y } = then.frame;
    const isOfIt = key === newest.data.set.key && x === newest.x && y === newest.y;
    return isOfIt ? atSnapshot(newest, then) : newest;
  });

  /** Whether the points can move with the time: on other axes nothing is known of earlier steps. */
  get moves(): boolean {
    const newest = this.drawnSignal.value;
    return newest !== null && isLinear([newest.x, newest.y]);
  }

  readonly axes = computed(() => {
    const { data } = this.map;
    return data && axesFor(data, this.session.state.value);
  });
  readonly colours = computed(() => {
    const { data } = this.map;
    return data === null ? [] : colourChoices(data.set, data.fields, this.map.tags.length > 0);
  });
  readonly colour = computed((): ColourBy | null => {
    const { data } = this.map;
    const { mapColour } = this.session.state.value;
    return data && known<ColourBy>(this.colours.value, mapColour, defaultColour(data.set));
  });

  /** How the points look; null before the first drawing. */
  readonly styles = computed(() => {
    void this.themes.value;
    const { drawn } = this;
    if (drawn === null) return null;
    const { left, isolated, selected, within } = this.narrowing;
    const { light } = readTheme();
    const choices = {
      ...{ hiddenKeys: this.hiddenKeys.value, colours: this.ownColours.value },
      ...{ left: left.value, isolated: isolated.value, selected: selected.value },
    };
    return { ...pointStyles(drawn, choices, light), light, pickable: within.value };
  });
  private readonly hiddenKeys = computed(() => this.session.state.value.mapHidden);
  private readonly ownColours = computed(() => this.session.state.value.mapColours);

  /** Name and unit of what the colours show. */
  readonly colourTitle = computed(() => {
    const colour = this.colour.value;
    const title = this.colours.value.find(({ value }) => value === colour)?.label ?? '';
    return { title, unit: colour === null ? '' : unitOf(colour) };
  });

  /** Follows choices and data until the returned function is called. */
  start(): () => void {
    const { session } = this;
    this.map.use();
    const across = computed(() => this.axes.value?.drawn[0] ?? null);
    const up = computed(() => this.axes.value?.drawn[1] ?? null);
    const withThumbnails = computed(() => this.session.state.value.mapThumbnails);
    const clusters = computed(() => this.session.state.value.mapClusters);
    const ends = [
      effect(() => {
        const { data } = this.map;
        const [x, y, colour] = [across.value, up.value, this.colour.value];
        const tags = colour === 'tag' ? this.map.tags : [];
        if (data === null || x === null || y === null || colour === null) return;
        void untracked(() => this.draw(data, { x, y, colour, tags }));
      }),
      effect(() => {
        const { drawn } = this;
        const styles = this.styles.value;
        if (styles === null || drawn === null) return;
        untracked(() => {
          this.place(drawn);
          this.canvas.setStyles(styles.styles, styles.pickable);
        });
        this.views.value = this.views.peek() + 1;
      }),
      effect(() => this.mark()),
      effect(() => {
        const newest = this.drawnSignal.value;
        if (newest === null) return;
        const [key, { x, y }] = [newest.data.set.key, newest];
        const axes = [x, y] as const;
        session.time.mapAxes.value = isLinear(axes) ? { key, x: axes[0], y: axes[1] } : null;
      }),
      effect(() => {
        const { drawn } = this;
        if (drawn !== null) untracked(() => this.lookAgain(drawn));
      }),
      effect(() => {
        const { drawn } = this;
        if (this.map.sought.length > 0 && drawn !== null && drawn.data === this.map.data)
          untracked(() => this.seek(drawn));
      }),
      effect(() => {
        void withThumbnails.value;
        this.canvas.redraw();
      }),
      effect(() => {
        const newest = this.drawnSignal.value;
        if (newest !== null && clusters.value) untracked(() => void this.overlays.findClusters(newest));
        else untracked(() => this.overlays.clearClusters());
      }),
      effect(() => {
        const { drawn } = this;
        const image = this.session.inspector.image.value;
        if (drawn !== null) untracked(() => void this.overlays.findPosterior(drawn, image));
      }),
      effect(() => {
        void this.overlays.revision.value;
        this.canvas.redraw();
      }),
      ...this.regions.start(this.views, this.canvas),
      effect(() => void (this.canvas.mode = this.mode.value)),
    ];
    return () => {
      for (const end of ends) end();
      session.time.mapAxes.value = null;
      this.tip.hide();
    };
  }

  /** Returns the data of the chosen axes and colour, also if the map is not shown. @throws RpcError */
  async current(): Promise<PlotData | null> {
    const { data } = this.map;
    const axes = this.axes.peek();
    const colour = this.colour.peek();
    if (data === null || axes === null || colour === null) return null;
    const [x, y] = axes.drawn;
    return pullDrawn(data, { x, y, colour, tags: this.map.tags });
  }

  /** Shows an image in the inspector. @param reveal also moves its point into view */
  choose(id: string, reveal = false): void {
    this.missing.value = '';
    this.session.inspector.showImage(id);
    const index = this.drawn?.data.indexOf(id) ?? -1;
    if (reveal && index >= 0) this.canvas.reveal(index);
  }

  /** Moves the images that alone are shown into view. */
  showIsolated(): void {
    const mask = this.narrowing.isolated.peek();
    if (mask) this.canvas.showPoints([...mask.keys()].filter((index) => mask[index] === 1));
  }

  private async draw(data: MapData, choices: Parameters<typeof pullDrawn>[1]): Promise<void> {
    const draw = ++this.newestDraw;
    try {
      const drawn = await pullDrawn(data, choices);
      if (draw !== this.newestDraw) return;
      this.drawnSignal.value = drawn;
      this.drawingTrouble.value = '';
    } catch (error) {
      if (draw !== this.newestDraw) return;
      this.drawingTrouble.value = toFailure(error).message;
      // The images have been re-encoded in the meantime, or the engine is gone.
      this.map.pull();
    }
  }

  /** Puts the points on the canvas, unless they are there; at another step they glide to where they were. */
  private place(drawn: PlotData): void {
    const before = this.placed;
    if (drawn === before) return;
    this.placed = drawn;
    this.thumbnails.setIds(drawn.data.images.ids);
    this.canvas.element.setAttribute('aria-label', describePoint(drawn, this.session.opensFiles));
    if (before?.data === drawn.data && before.x === drawn.x && before.y === drawn.y) {
      if (before.then === drawn.then) return;
      this.tip.hide();
      this.canvas.movePoints(...drawn.places);
      return;
    }
    this.canvas.scales = drawn.scales;
    // The view of everything is that of the newest weights, at whatever step: it must not jump while the time moves.
    const { places } = this.drawnSignal.peek() ?? drawn;
    this.canvas.setPoints(...drawn.places, this.memory.place(axesKey(drawn)), boundsOf(...places));
    this.lineTrouble.value = '';
    const { inspector } = this.session;
    const looked = inspector.place.peek();
    // A position on other axes is another place, or none.
    if (before !== null && positionOf(before, looked) && !positionOf(drawn, looked)) inspector.pin(null);
  }

  /** Looks at the place that is looked at again, as it is at the step that is shown. */
  private lookAgain(drawn: PlotData): void {
    const { inspector } = this.session;
    const looked = inspector.place.peek();
    const at = positionOf(drawn, looked);
    const place = at && this.placeAt(drawn, at);
    if (place && looked && !isSamePlace(place, looked)) inspector.replace(place);
  }

  /** Rings the inspector's image and the images that were asked for, and marks the pinned place. */
  private mark(): void {
    const { drawn } = this;
    const { inspector } = this.session;
    const image = inspector.image.value;
    const sought = this.soughtIds.value;
    const pinned = inspector.isPinned.value ? inspector.place.value : null;
    if (drawn === null) return;
    const { data } = drawn;
    const rings = sought.flatMap((id) => data.indicesOf(id));
    this.canvas.mark(image === '' ? -1 : data.indexOf(image), rings);
    this.canvas.markLook(positionOf(drawn, pinned));
  }

  /** Marks the images that were asked for and chooses the first of them. */
  private seek({ data }: PlotData): void {
    const sought = this.map.takeSought();
    const each = sought.map((id) => data.indicesOf(id));
    const found = each.flat();
    if (found.length > 0) this.choose(data.images.ids[found[0]!]!, true);
    this.soughtIds.value = sought.length > 1 ? sought : [];
    this.missing.value = missingText(each.filter((indices) => indices.length === 0).length, sought.length);
  }

  private makeCanvas(): MapCanvas {
    const { session } = this;
    const idOf = (index: number): string => this.drawn!.data.images.ids[index]!;
    const isOn = (name: 'mapThumbnails' | 'mapDecode'): boolean => untracked(() => session.state.value[name]);
    return new MapCanvas({
      hovered: (index, byKeyboard) => this.hovered(index, byKeyboard),
      chosen: (index) => {
        if (index >= 0) this.choose(idOf(index));
      },
      surrounded: (indices, adding) => {
        const ids = indices.map(idOf);
        if (adding) session.selection.add(ids);
        else session.selection.set(ids);
        if (ids.length > 1) session.inspector.show('selection');
      },
      line: (line) => {
        const { drawn } = this;
        if (drawn) void openPath(session, drawn, line).then((trouble) => (this.lineTrouble.value = trouble));
      },
      over: (position) => {
        const { drawn } = this;
        if (drawn && isOn('mapDecode')) session.inspector.lookAt(this.placeAt(drawn, position));
      },
      beside: (position) => this.beside(position),
      opened: (index) => {
        if (session.opensFiles)
          void session.attempt('action', () => session.client.call('openMapImage', { id: idOf(index) }));
      },
      moved: () => {
        this.tip.hide();
        const drawn = this.drawnSignal.peek();
        if (drawn) this.memory.remember(axesKey(drawn), () => this.canvas.place);
      },
      resized: () => (this.views.value = this.views.peek() + 1),
      layer: (kind) => (this.withoutCard.value = kind !== 'webgl'),
      under: (context, points, view, size, zoom) => {
        if (isOn('mapThumbnails')) this.thumbnails.draw(context, points, view, size, zoom);
        this.overlays.draw(context, view, size);
      },
      behind: (context, view, size) => this.regions.draw(context, view, size),
      themeChanged: () => this.themes.value++,
    });
  }

  /** A click beside the points pins the place there, or lets go of the pinned one; Escape lets go of one thing after the other. */
  private beside(position: readonly [number, number] | null): void {
    const { inspector, selection } = this.session;
    const { drawn } = this;
    if (position !== null) {
      if (inspector.isPinned.peek()) inspector.pin(null);
      else if (drawn && this.session.state.value.mapDecode) {
        const place = this.placeAt(drawn, position);
        if (place) inspector.pin(place);
      }
    } else if (inspector.isPinned.peek()) inspector.pin(null);
    else if (selection.ids.peek().length > 0) selection.clear();
    else inspector.showImage('');
  }

  private placeAt(drawn: PlotData, at: readonly [number, number]): LookedAt | null {
    return placeAt(
      drawn,
      at,
      untracked(() => this.session.state.value.mapOff),
    );
  }

  private hovered(index: number, byKeyboard: boolean): void {
    const { drawn } = this;
    if (drawn === null || index < 0) return this.tip.hide();
    const id = drawn.data.images.ids[index]!;
    const facts = factsOf(drawn, index);
    const [x, y] = drawn.places;
    if (byKeyboard && this.session.state.value.mapDecode)
      this.session.inspector.lookAt(this.placeAt(drawn, [x[index]!, y[index]!]));
    this.tip.show(id, facts, this.canvas.at(index), this.canvas.size);
    this.said.value = byKeyboard ? `${id}: ${facts}` : '';
  }
}

/** Says which images are on the map. */
export const summaryOf = ({ set }: MapData): string =>
  t('{0} images at step {1}', count(set.count), count(set.step));
