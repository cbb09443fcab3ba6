import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { RunSession, TabPart } from '../run-session';

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
  useLayoutEffect(() => {
    if (!isSought) return;
    const element = place.current;
    const stage = element?.closest('#stage');
    // Of what is taller than the stage, the beginning counts.
    const block = stage && element!.offsetHeight > stage.clientHeight ? 'start' : 'nearest';
    element?.scrollIntoView({ block });
    if (isThere) sought.value = null;
  }, [isSought, isThere]);
  return place;
}
