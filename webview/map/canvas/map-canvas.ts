import { element } from '../../shared/element';
import { observeTheme, reducedMotion } from '../../shared/theme';
import { CanvasLayer } from './canvas-layer';
import { isVisible } from '../style/colouring';
import { listenToPointer } from './gestures';
import { Glide } from './glide';
import type { DragMode, Outline } from './gestures';
import { arrowOf, neighbour } from './keyboard';
import { lineWaypoints } from './polyline';
import { resizeCanvas } from './layer';
import type { PointLayer } from './layer';
import { Overlay } from './overlay';
import type { Marks } from './overlay';
import { PointIndex } from './point-index';
import { createPointLayer, diameterOf } from './point-layer';
import { pointsInside } from './polygon';
import type { MapPosition } from './polygon';
import { HoverRing } from './hover-ring';
import type { MapCanvasEvents } from './map-canvas-events';
import { boundsOf, fit, pan, reveal, toData, toScreen, zoomAt } from './viewport';
import type { Bounds, Scale, Size, Viewport } from './viewport';

/** Radius in pixels within which the mouse hits a point. */
const HIT_RADIUS_PIXELS = 8;
const PAN_PIXELS = 60;
const ZOOM_FACTOR = 1.4;
/** A few points are not magnified beyond this, so that it stays visible where they lie. */
const MAX_FIT_ZOOM = 12;
const PLAIN: Scale = { origin: 0, unit: 1 };

/** Draws the map's points and marks, and handles mouse and keyboard. Identifies points by index only. */
export class MapCanvas {
  readonly element: HTMLElement;
  /** Effect of dragging. */
  mode: DragMode = 'move';
  /** Scales of the axis labels. */
  scales: readonly [x: Scale, y: Scale] = [PLAIN, PLAIN];
  /** Behind the points. */
  private readonly ground = element('canvas', { class: 'map-ground' });
  private readonly overlay = new Overlay();
  private readonly ring = new HoverRing();
  private layer: PointLayer;
  private x: Float32Array = new Float32Array(0);
  private y: Float32Array = new Float32Array(0);
  private styles: Uint8Array = new Uint8Array(0);
  private pickable: Uint8Array | null = null;
  private index: PointIndex | null = null;
  private glide: Glide | null = null;
  private bounds: Bounds = { left: 0, right: 0, bottom: 0, top: 0 };
  private whole: Viewport = { x: 0, y: 0, scale: 1 };
  /** Null shows everything, whatever the size. */
  private currentViewport: Viewport | null = null;
  private canvasSize: Size = { width: 0, height: 0 };
  private hovered = -1;
  private chosen = -1;
  private sought: readonly number[] = [];
  private frame = 0;
  /** Line drawn by the mouse so far, in pixels. */
  private outline: Outline | null = null;
  private looked: MapPosition | null = null;
  private readonly gestures: { cancel(): void };
  private readonly ends: readonly (() => void)[];

  constructor(private readonly events: MapCanvasEvents) {
    this.element = element('div', { class: 'map-stage', tabindex: 0, role: 'application' });
    this.layer = createPointLayer(() => this.fallBack());
    this.element.append(this.ground, this.layer.canvas, this.overlay.canvas, this.ring.element);
    events.layer(this.layer.kind);
    const sizes = new ResizeObserver(() => this.resize());
    sizes.observe(this.element);
    const themes = observeTheme(() => {
      events.themeChanged();
      this.redraw();
    });
    this.ends = [() => sizes.disconnect(), themes];
    this.gestures = this.listenToPointer();
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('blur', () => this.hover(-1, false));
  }

  /** Replaces the points. @param view null shows everything @param whole bounds of everything */
  setPoints(x: Float32Array, y: Float32Array, view: Viewport | null, whole = boundsOf(x, y)): void {
    this.glide = null;
    this.put(x, y);
    this.bounds = whole;
    this.hovered = this.chosen = -1;
    this.sought = [];
    this.currentViewport = view;
    this.resize();
  }

  /** Moves the same points to other places, where they glide, or jump with reduced motion. The viewport and the marks stay. */
  movePoints(x: Float32Array, y: Float32Array): void {
    // Places between two steps are the glide's own: the next one begins at a copy.
    const from = [this.x.slice(), this.y.slice()] as const;
    this.glide = reducedMotion() ? null : new Glide(from, [x, y], performance.now());
    if (this.glide === null) this.put(x, y);
    this.redraw();
  }

  private put(x: Float32Array, y: Float32Array): void {
    this.x = x;
    this.y = y;
    this.index = null;
    this.layer.setPoints(x, y);
  }

  private glideOn(): void {
    if (this.glide === null) return;
    const { places, isOver } = this.glide.at(performance.now());
    this.put(...places);
    if (isOver) this.glide = null;
    else this.redraw();
  }

  /** @param pickable 1 for each point that can be pointed at, selected and shown as a thumbnail; null for all that are drawn */
  setStyles(styles: Uint8Array, pickable: Uint8Array | null = null): void {
    this.styles = styles;
    this.pickable = pickable;
    this.layer.setStyles(styles);
    this.redraw();
  }

  /** Frees the graphics card's memory and what observes the page. */
  dispose(): void {
    for (const end of this.ends) end();
    cancelAnimationFrame(this.frame);
    this.layer.dispose();
  }

  /** Marks points with rings. @param chosen -1 for none */
  mark(chosen: number, sought: readonly number[] = this.sought): void {
    this.chosen = chosen;
    this.sought = sought;
    this.redraw();
  }

  /** Draws a cross at a position in data coordinates; null removes it. */
  markLook(position: MapPosition | null): void {
    this.looked = position;
    this.redraw();
  }

  /** Moves a point into view; a no-op for points without coordinates. */
  reveal(index: number): void {
    if (!this.hasPlace(index)) return;
    this.move(reveal(this.view, this.canvasSize, this.x[index]!, this.y[index]!));
  }

  /** Zooms to some points; a no-op if none of them has coordinates. */
  showPoints(indices: readonly number[]): void {
    const placed = indices.filter((index) => this.hasPlace(index));
    if (placed.length === 0) return;
    const x = Float32Array.from(placed, (index) => this.x[index]!);
    const y = Float32Array.from(placed, (index) => this.y[index]!);
    const view = fit(boundsOf(x, y), this.canvasSize);
    this.move({ ...view, scale: Math.min(view.scale, this.whole.scale * MAX_FIT_ZOOM) });
  }

  zoom(factor: number): void {
    const middle = [this.canvasSize.width / 2, this.canvasSize.height / 2] as const;
    this.move(zoomAt(this.view, this.canvasSize, middle, factor, this.whole));
  }

  showAll(): void {
    this.currentViewport = null;
    this.events.moved();
    this.redraw();
  }

  get size(): Size {
    return this.canvasSize;
  }

  /** The viewport that the user chose; null shows everything. */
  get place(): Viewport | null {
    return this.currentViewport;
  }

  get view(): Viewport {
    return this.currentViewport ?? this.whole;
  }

  /** Zoom factor; 1 shows everything. */
  private get zoomBy(): number {
    return this.view.scale / this.whole.scale;
  }

  private get diameter(): number {
    return diameterOf(this.x.length, this.zoomBy);
  }

  /** Returns a point's position on the canvas in CSS pixels. */
  at(index: number): [x: number, y: number] {
    return toScreen(this.view, this.canvasSize, this.x[index]!, this.y[index]!);
  }

  /** Returns visible points within the viewport, in ascending order and at most `limit`. */
  inView(limit: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.x.length && found.length < limit; i++) if (this.isInView(i)) found.push(i);
    return found;
  }

  private hasPlace(index: number): boolean {
    return Number.isFinite(this.x[index]) && Number.isFinite(this.y[index]);
  }

  private isPickable(index: number): boolean {
    return isVisible(this.styles, index) && (this.pickable === null || this.pickable[index] === 1);
  }

  private isInView(index: number): boolean {
    if (!this.isPickable(index)) return false;
    const [x, y] = this.at(index);
    return x >= 0 && y >= 0 && x <= this.canvasSize.width && y <= this.canvasSize.height;
  }

  private resize(): void {
    this.canvasSize = { width: this.element.clientWidth, height: this.element.clientHeight };
    if (this.canvasSize.width === 0) return;
    this.whole = fit(this.bounds, this.canvasSize);
    this.events.resized?.();
    this.redraw();
  }

  private move(view: Viewport): void {
    this.currentViewport = view;
    this.events.moved();
    this.redraw();
  }

  /** Redraws in the next animation frame. */
  redraw(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.frame = 0;
    this.glideOn();
    if (this.canvasSize.width === 0) return;
    const { view } = this;
    const ratio = window.devicePixelRatio;
    const diameter = this.diameter;
    const place = (index: number): readonly [number, number] => [this.x[index]!, this.y[index]!];
    const marks: Marks = {
      chosen: this.chosen < 0 ? null : place(this.chosen),
      sought: this.sought.map(place),
      ...{ outline: this.outline, looked: this.looked },
    };
    this.paintGround(view, ratio);
    this.layer.draw(view, this.canvasSize, ratio, diameter);
    const points = { x: this.x, y: this.y, styles: this.styles, pickable: this.pickable };
    const below = (on: CanvasRenderingContext2D) =>
      this.events.under(on, points, view, this.canvasSize, this.zoomBy);
    this.overlay.draw(view, this.canvasSize, ratio, diameter, this.scales, marks, below);
    this.showRing();
  }

  private paintGround(view: Viewport, ratio: number): void {
    const context = this.events.behind && this.ground.getContext('2d');
    if (!context) return;
    if (!resizeCanvas(this.ground, this.canvasSize, ratio))
      context.clearRect(0, 0, this.ground.width, this.ground.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.events.behind?.(context, view, this.canvasSize);
  }

  private showRing(): void {
    this.ring.show(this.hovered < 0 ? null : this.at(this.hovered), this.diameter);
  }

  /** Replaces the lost WebGL layer with a plain canvas and redraws. */
  private fallBack(): void {
    this.layer.dispose();
    this.layer = new CanvasLayer();
    this.ground.after(this.layer.canvas);
    this.layer.setPoints(this.x, this.y);
    this.layer.setStyles(this.styles);
    this.events.layer('canvas');
    this.redraw();
  }

  private under(px: number, py: number): number {
    const [x, y] = toData(this.view, this.canvasSize, px, py);
    const counts = (index: number): boolean => this.isPickable(index);
    this.index ??= new PointIndex(this.x, this.y, boundsOf(this.x, this.y));
    return this.index.nearest(x, y, HIT_RADIUS_PIXELS / this.view.scale, counts);
  }

  private hover(index: number, byKeyboard: boolean): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.events.hovered(index, byKeyboard);
    this.showRing();
  }

  private listenToPointer(): { cancel(): void } {
    const { events } = this;
    let grabbed = this.whole;
    return listenToPointer(this.element, {
      mode: () => this.mode,
      hover: ([x, y]) => {
        // Requests the decoding first; the tooltip's picture can wait.
        events.over?.(toData(this.view, this.canvasSize, x, y));
        this.hover(this.under(x, y), false);
      },
      leave: () => this.hover(-1, false),
      grab: () => (grabbed = this.view),
      drag: (dx, dy) => this.move(pan(grabbed, dx, dy)),
      outline: (outline) => {
        this.outline = outline;
        this.redraw();
      },
      surround: (line, adding) => {
        const around = line.map(([x, y]) => toData(this.view, this.canvasSize, x, y));
        const counts = (index: number): boolean => this.isPickable(index);
        events.surrounded(pointsInside(around, this.x, this.y, counts), adding);
      },
      line: (line) =>
        events.line?.(lineWaypoints(line).map(([x, y]) => toData(this.view, this.canvasSize, x, y))),
      click: ([x, y], adding) => {
        const index = this.under(x, y);
        if (index < 0) events.beside?.(toData(this.view, this.canvasSize, x, y));
        if (adding && index >= 0) events.surrounded([index], true);
        else events.chosen(index);
      },
      open: ([x, y]) => {
        const index = this.under(x, y);
        if (index >= 0) events.opened(index);
      },
      zoom: (position, factor) => this.move(zoomAt(this.view, this.canvasSize, position, factor, this.whole)),
    });
  }

  private key(event: KeyboardEvent): void {
    const arrow = arrowOf(event.key);
    if (arrow !== null && event.shiftKey)
      this.move(pan(this.view, -arrow[0] * PAN_PIXELS, -arrow[1] * PAN_PIXELS));
    else if (arrow !== null) this.walk(arrow);
    else if (event.key === '+' || event.key === '=') this.zoom(ZOOM_FACTOR);
    else if (event.key === '-') this.zoom(1 / ZOOM_FACTOR);
    else if (event.key === '0' || event.key === 'Home') this.showAll();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.openCursor();
    else if (event.key === 'Enter') this.atCursor((index) => this.events.chosen(index));
    else if (event.key === ' ') this.atCursor((index) => this.events.surrounded([index], true));
    else if (event.key === 'Escape') {
      this.gestures.cancel();
      this.events.beside?.(null);
      this.hover(-1, true);
    } else return;
    event.preventDefault();
  }

  /** Moves the cursor to the next visible point in a direction; the first step starts at the middle. */
  private walk(direction: readonly [number, number]): void {
    const current = this.hovered >= 0 ? this.hovered : this.chosen;
    const start = this.hasPlace(current) ? current : -1;
    const from =
      start >= 0 ? this.at(start) : ([this.canvasSize.width / 2, this.canvasSize.height / 2] as const);
    const candidates = this.inView(Infinity).filter((index) => index !== start);
    const next = neighbour(from, start >= 0 ? direction : null, candidates, (index) => this.at(index));
    if (next >= 0) this.hover(next, true);
  }

  private atCursor(act: (index: number) => void): void {
    if (this.hovered >= 0) act(this.hovered);
  }

  private openCursor(): void {
    const index = this.hovered >= 0 ? this.hovered : this.chosen;
    if (index >= 0) this.events.opened(index);
  }
}
