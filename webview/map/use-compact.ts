import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Below this width the toolbar keeps most of its parts in its menus, and the legend is folded, in px. */
const COMPACT_PX = 640;

/** Whether an element, to be given the reference, has so little room that the map's tools are in menus. */
export function useCompact(): readonly [place: RefObject<HTMLElement | null>, compact: boolean] {
  const place = useRef<HTMLElement>(null);
  const [compact, setCompact] = useState(false);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setCompact(entry!.contentRect.width < COMPACT_PX));
    sizes.observe(place.current!);
    return () => sizes.disconnect();
  }, []);
  return [place, compact];
}
