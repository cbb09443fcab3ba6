import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Distance from the viewport within which a part counts as seen. */
const MARGIN = '300px';

/** Whether a part of a long page is in view, or nearly so: what is not need not be asked for. */
export function useSeen(place: RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting), {
      rootMargin: MARGIN,
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place]);
  return seen;
}
