import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { RunSession, TabPart } from '../run-session';
import { keepInView } from './keep-in-view';

/**
 * Scrolls a part of a tab into view when it is what `RunSession.go` was asked for: at once, for it may say what is waited for,
 * and again when it is there.
 * @param isThere whether the part shows what was asked for
 */
export function useSought(
  session: RunSession,
  part: TabPart,
  isThere: boolean,
): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const { sought } = session;
  const isSought = sought.value === part;
  /** Ends the last scrolling; it outlasts the request, for the part may be there before what is above it. */
  const end = useRef<() => void>(() => undefined);
  useLayoutEffect(() => {
    const element = place.current;
    if (!isSought || element === null) return;
    const stage = element.closest('#stage');
    end.current();
    // Of what is taller than the stage, the beginning counts.
    end.current = keepInView(
      element,
      stage && element.offsetHeight > stage.clientHeight ? 'start' : 'nearest',
    );
    if (isThere) sought.value = null;
  }, [isSought, isThere]);
  useLayoutEffect(() => () => end.current(), []);
  return place;
}
