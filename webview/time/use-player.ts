import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Player } from '../shared/player';
import type { Time } from '../shared/time';

/** Plays through the snapshots, back and forth, until it is paused, or the page is hidden. */
export function usePlayer(time: Time): {
  readonly isPlaying: boolean;
  toggle(): void;
  pause(): void;
} {
  const [isPlaying, setPlaying] = useState(false);
  /** From 0, the first snapshot, to 1, the newest: playing moves it by fractions of a snapshot. */
  const place = useRef(1);
  const last = (): number => time.steps.peek().length - 1;
  const player = useMemo(
    () =>
      new Player(
        () => place.current,
        (to) => {
          place.current = to;
          time.moveTo(Math.round(to * last()));
        },
      ),
    [time],
  );
  const pause = (): void => {
    player.pause();
    setPlaying(false);
  };
  useLayoutEffect(() => {
    document.addEventListener('visibilitychange', pause);
    return () => {
      document.removeEventListener('visibilitychange', pause);
      player.pause();
    };
  }, [player]);
  const toggle = (): void => {
    if (!player.playing) {
      const index = time.index.peek();
      // At the end it begins anew.
      place.current = index >= last() ? 0 : index / last();
    }
    player.toggle();
    setPlaying(player.playing);
  };
  return { isPlaying, toggle, pause };
}
