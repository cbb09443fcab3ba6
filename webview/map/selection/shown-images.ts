import type { RunSession } from '../../shared/run-session';
import { mapOf } from '../data/map-model';
import { narrowingOf } from '../data/narrowing';

/** The images that the Selection pane is about. */
export interface ShownImages {
  /** Ascending indices on the map. */
  readonly indices: Uint32Array;
  /** Whether these are the selected images, rather than all that are shown on the map. */
  readonly isSelection: boolean;
  /** Number of images before the filters. */
  readonly total: number;
}

/** Returns the selected images that the filters leave, or without a selection all that they leave; null without a map. */
export function shownImages(session: RunSession): ShownImages | null {
  const { data } = mapOf(session);
  const narrowing = narrowingOf(session);
  if (data === null) return null;
  const within = narrowing.within.value;
  const selected = narrowing.selected.value;
  const indices = Uint32Array.from(data.images.ids.keys()).filter(
    (i) => (within === null || within[i] === 1) && (selected === null || selected[i] === 1),
  );
  const isSelection = selected !== null;
  return { indices, isSelection, total: isSelection ? session.selection.ids.value.length : data.set.count };
}

/** Selects the images that filters and search leave. */
export function setSelection(session: RunSession): void {
  const { data } = mapOf(session);
  const within = narrowingOf(session).within.peek();
  if (data === null) return;
  session.selection.set(data.images.ids.filter((_, i) => within === null || within[i] === 1));
  session.inspector.show('selection');
}
