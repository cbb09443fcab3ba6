import { element } from '../element';
import { observeTheme } from '../theme';
import { isVisible } from './colouring';
import { arrowOf, neighbour } from './keyboard';
import type { PointLayer } from './layer';
import { Overlay, type Marks } from './overlay';
import { PointIndex } from './point-index';
import { createPointLayer, diameterOf } from './point-layer';
import { CanvasLayer } from './canvas-layer';
import { boundsOf, fit, pan, reveal, toData, toScreen, zoomAt, type Size, type Viewport } from './viewport';

export interface StageEvents {
  /** Point under the mouse or the keyboard's cursor; -1 for none. */
  hovered(index: number, byKeyboard: boolean): void;
  /** A click or Enter; -1 beside all points. */
  chosen(index: number): void;
  /** A double click, or Ctrl with Enter. */
  opened(index: number): void;
  /** The person has moved the view. */
  moved(): void;
  layer(kind: PointLayer['kind']): void;
  themeChanged(): void;
}

/** How near, in pixels, the mouse must come to a point. */
const REACH = 8;
/** A mouse that moves further than this while it is pressed drags. */
const DRAG = 4;
const STEP = 60;
const ZOOM = 1.4;

/** The drawing of the map: points, marks, and how mouse and keyboard move about. Knows points by number only. */
export class MapStage {
  readonly element: HTMLElement;
  readonly #overlay = new Overlay();
  #layer: PointLayer;
  #x: Float32Array = new Float32Array(0);
  #y: Float32Array = new Float32Array(0);
  #styles: Uint8Array = new Uint8Array(0);
  #index: PointIndex | undefined;
  #whole: Viewport = { x: 0, y: 0, scale: 1 };
  /** Null: the view of everything, whatever the size. */
  #view: Viewport | null = null;
  #size: Size = { width: 0, height: 0 };
  #hovered = -1;
  #chosen = -1;
  #sought: readonly number[] = [];
  #frame = 0;

  constructor(private readonly events: StageEvents) {
    this.element = element('div', { class: 'map-stage', tabindex: 0, role: 'application' });
    this.#layer = createPointLayer(() => this.#fallBack());
    this.element.append(this.#layer.canvas, this.#overlay.canvas);
    events.layer(this.#layer.kind);
    new ResizeObserver(() => this.#resize()).observe(this.element);
    observeTheme(() => {
      events.themeChanged();
      this.#draw();
    });
    this.#listenToPointer();
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('blur', () => this.#hover(-1, false));
  }

  /** @param view null for the view of everything */
  setPoints(x: Float32Array, y: Float32Array, view: Viewport | null): void {
    this.#x = x;
    this.#y = y;
    this.#index = new PointIndex(x, y, boundsOf(x, y));
    this.#layer.setPoints(x, y);
    this.#hovered = this.#chosen = -1;
    this.#sought = [];
    this.#view = view;
    this.#resize();
  }

  setStyles(styles: Uint8Array): void {
    this.#styles = styles;
    this.#layer.setStyles(styles);
    this.#draw();
  }

  /** Rings around points; -1 for none. */
  mark(chosen: number, sought: readonly number[] = this.#sought): void {
    this.#chosen = chosen;
    this.#sought = sought;
    this.#draw();
  }

  /** Brings a point into the view. */
  reveal(index: number): void {
    this.#move(reveal(this.view, this.#size, this.#x[index]!, this.#y[index]!));
  }

  zoom(factor: number): void {
    const middle = [this.#size.width / 2, this.#size.height / 2] as const;
    this.#move(zoomAt(this.view, this.#size, middle, factor, this.#whole));
  }

  showAll(): void {
    this.#view = null;
    this.events.moved();
    this.#draw();
  }

  get size(): Size {
    return this.#size;
  }

  /** What the person has chosen to look at; null: all of it. */
  get place(): Viewport | null {
    return this.#view;
  }

  get view(): Viewport {
    return this.#view ?? this.#whole;
  }

  /** Where a point is on the stage, in CSS pixels. */
  at(index: number): [x: number, y: number] {
    return toScreen(this.view, this.#size, this.#x[index]!, this.#y[index]!);
  }

  /** Visible points in the view, in order; at most `most` of them. */
  inView(most: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.#x.length && found.length < most; i++) if (this.#isInView(i)) found.push(i);
    return found;
  }

  #isInView(index: number): boolean {
    if (!isVisible(this.#styles, index)) return false;
    const [x, y] = this.at(index);
    return x >= 0 && y >= 0 && x <= this.#size.width && y <= this.#size.height;
  }

  #resize(): void {
    this.#size = { width: this.element.clientWidth, height: this.element.clientHeight };
    if (this.#size.width === 0) return;
    this.#whole = fit(boundsOf(this.#x, this.#y), this.#size);
    this.#draw();
  }

  #move(view: Viewport): void {
    this.#view = view;
    this.events.moved();
    this.#draw();
  }

  #draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = 0;
    if (this.#size.width === 0) return;
    const { view } = this;
    const ratio = window.devicePixelRatio;
    const diameter = diameterOf(this.#x.length, view.scale / this.#whole.scale);
    const place = (index: number): readonly [number, number] => [this.#x[index]!, this.#y[index]!];
    const marks: Marks = {
      hovered: this.#hovered < 0 ? null : place(this.#hovered),
      chosen: this.#chosen < 0 ? null : place(this.#chosen),
      sought: this.#sought.map(place),
    };
    this.#layer.draw(view, this.#size, ratio, diameter);
    this.#overlay.draw(view, this.#size, ratio, diameter, marks);
  }

  /** The graphics card has gone: what it drew is drawn again without it. */
  #fallBack(): void {
    this.#layer.dispose();
    this.#layer = new CanvasLayer();
    this.element.prepend(this.#layer.canvas);
    this.#layer.setPoints(this.#x, this.#y);
    this.#layer.setStyles(this.#styles);
    this.events.layer('canvas');
    this.#draw();
  }

  #under(px: number, py: number): number {
    const [x, y] = toData(this.view, this.#size, px, py);
    const counts = (index: number): boolean => isVisible(this.#styles, index);
    return this.#index?.nearest(x, y, REACH / this.view.scale, counts) ?? -1;
  }

  #hover(index: number, byKeyboard: boolean): void {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.events.hovered(index, byKeyboard);
    this.#draw();
  }

  #listenToPointer(): void {
    const stage = this.element;
    const local = (event: MouseEvent): [number, number] => {
      const box = stage.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    let pressed: { at: [number, number]; view: Viewport; dragged: boolean } | null = null;
    stage.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      stage.setPointerCapture(event.pointerId);
      pressed = { at: local(event), view: this.view, dragged: false };
    });
    stage.addEventListener('pointermove', (event) => {
      const [x, y] = local(event);
      if (pressed === null) return this.#hover(this.#under(x, y), false);
      const [dx, dy] = [x - pressed.at[0], y - pressed.at[1]];
      if (!pressed.dragged && Math.hypot(dx, dy) < DRAG) return;
      pressed.dragged = true;
      stage.classList.add('dragging');
      this.#hover(-1, false);
      this.#move(pan(pressed.view, dx, dy));
    });
    const release = (event: PointerEvent): void => {
      const wasDragged = pressed?.dragged ?? true;
      pressed = null;
      stage.classList.remove('dragging');
      if (!wasDragged && event.type === 'pointerup') this.events.chosen(this.#under(...local(event)));
    };
    stage.addEventListener('pointerup', release);
    stage.addEventListener('pointercancel', release);
    stage.addEventListener('pointerleave', () => this.#hover(-1, false));
    stage.addEventListener('dblclick', (event) => {
      const index = this.#under(...local(event));
      if (index >= 0) this.events.opened(index);
    });
    stage.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls under the mouse unless the person is at work here; a pinch comes with Ctrl.
        if (document.activeElement !== stage && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
        const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002));
        this.#move(zoomAt(this.view, this.#size, local(event), factor, this.#whole));
      },
      { passive: false },
    );
  }

  #key(event: KeyboardEvent): void {
    const arrow = arrowOf(event.key);
    if (arrow !== null && event.shiftKey) this.#move(pan(this.view, -arrow[0] * STEP, -arrow[1] * STEP));
    else if (arrow !== null) this.#walk(arrow);
    else if (event.key === '+' || event.key === '=') this.zoom(ZOOM);
    else if (event.key === '-') this.zoom(1 / ZOOM);
    else if (event.key === '0' || event.key === 'Home') this.showAll();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#openCursor();
    else if (event.key === 'Enter' || event.key === ' ') this.#chooseCursor();
    else if (event.key === 'Escape') this.#hover(-1, true);
    else return;
    event.preventDefault();
  }

  /** From the cursor to the next visible point in a direction; the first step begins at the middle. */
  #walk(direction: readonly [number, number]): void {
    const start = this.#hovered >= 0 ? this.#hovered : this.#chosen;
    const from = start >= 0 ? this.at(start) : ([this.#size.width / 2, this.#size.height / 2] as const);
    const candidates = this.inView(Infinity).filter((index) => index !== start);
    const next = neighbour(from, start >= 0 ? direction : null, candidates, (index) => this.at(index));
    if (next >= 0) this.#hover(next, true);
  }

  #chooseCursor(): void {
    if (this.#hovered >= 0) this.events.chosen(this.#hovered);
  }

  #openCursor(): void {
    const index = this.#hovered >= 0 ? this.#hovered : this.#chosen;
    if (index >= 0) this.events.opened(index);
  }
}
