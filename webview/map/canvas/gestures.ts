import { rectangle } from './polygon';
import type { MapPosition } from './polygon';
import { distance } from './polyline';

/** Effect of dragging: moves the map, selects points with a box or lasso, or draws a line. */
export type DragMode = 'move' | 'box' | 'lasso' | 'line';

/** The line drawn so far, in pixels; a closed line joins its end to its start. */
export interface Outline {
  readonly line: readonly MapPosition[];
  readonly closed: boolean;
}

/** Pointer gestures on the map; positions are in CSS pixels relative to the element. */
export interface GestureEvents {
  mode(): DragMode;
  hover(position: MapPosition): void;
  leave(): void;
  /** A drag of the map begins; `drag` reports the offset from its start. */
  grab(): void;
  drag(dx: number, dy: number): void;
  /** The line drawn so far; null when it ends or is cancelled. */
  outline(outline: Outline | null): void;
  /** A box or lasso is complete. @param adding whether to extend the selection (Ctrl or Command) */
  surround(line: readonly MapPosition[], adding: boolean): void;
  /** A line is complete. */
  line(line: readonly MapPosition[]): void;
  click(position: MapPosition, adding: boolean): void;
  open(position: MapPosition): void;
  zoom(position: MapPosition, factor: number): void;
}

/** Movement at which a press becomes a drag. */
const DRAG_PIXELS = 4;
/** Minimum distance in pixels between points of a lasso or line. */
const LASSO_STEP = 3;

interface Press {
  readonly start: MapPosition;
  readonly mode: DragMode;
  line: MapPosition[];
  dragged: boolean;
}

/** Turns pointer input on the map into gestures. Shift-dragging draws a box in any mode. */
export function listenToPointer(element: HTMLElement, events: GestureEvents): { cancel(): void } {
  let press: Press | null = null;
  const local = (event: MouseEvent): MapPosition => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left - element.clientLeft, event.clientY - box.top - element.clientTop];
  };
  const end = (): void => {
    if (press !== null && press.mode !== 'move') events.outline(null);
    press = null;
    element.classList.remove('dragging');
  };

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    const start = local(event);
    press = { start, mode: event.shiftKey ? 'box' : events.mode(), line: [start], dragged: false };
  });
  element.addEventListener('pointermove', (event) => {
    const position = local(event);
    if (press === null) return events.hover(position);
    const [dx, dy] = [position[0] - press.start[0], position[1] - press.start[1]];
    if (!press.dragged) {
      if (Math.hypot(dx, dy) < DRAG_PIXELS) return;
      press.dragged = true;
      events.leave();
      if (press.mode === 'move') {
        element.classList.add('dragging');
        events.grab();
      }
    }
    if (press.mode === 'move') return events.drag(dx, dy);
    if (press.mode === 'box') press.line = rectangle(press.start, position);
    else if (distance(press.line.at(-1)!, position) >= LASSO_STEP) press.line.push(position);
    events.outline({ line: press.line, closed: press.mode !== 'line' });
  });
  element.addEventListener('pointerup', (event) => {
    const done = press;
    const adding = event.ctrlKey || event.metaKey;
    end();
    if (done === null) return;
    if (!done.dragged) events.click(local(event), adding);
    else if (done.mode === 'line') events.line([...done.line, local(event)]);
    else if (done.mode !== 'move') events.surround(done.line, adding);
  });
  element.addEventListener('pointercancel', end);
  element.addEventListener('pointerleave', () => events.leave());
  element.addEventListener('dblclick', (event) => events.open(local(event)));
  element.addEventListener(
    'wheel',
    (event) => {
      // The wheel scrolls the page unless the map has focus; a pinch arrives with Ctrl.
      if (document.activeElement !== element && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      events.zoom(local(event), Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)));
    },
    { passive: false },
  );
  return { cancel: end };
}
