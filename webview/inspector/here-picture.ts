import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { DecodedPictures } from '../../src/domain/pictures';
import type { LatentPlace } from '../../src/protocol/schemas/latent';
import { LivePicture } from '../decoder/live-picture';
import { MapPlane } from './map-plane';
import { isSamePlace } from '../shared/here';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';

/** The point of a place, if the panel can decode it by itself: the newest weights alone are here. */
function pointOf(plane: MapPlane, place: LatentPlace): Float32Array | null {
  if ('z' in place) return place.z;
  return 'snapshot' in place || place.off ? null : plane.pointAt(place);
}

interface HerePicture {
  readonly of: LookedAt;
  readonly picture: DecodedPictures;
}

/**
 * Returns the picture that the panel itself has decoded last, for the place that is looked at or, while the mouse moves, one just
 * before it; null if there is none, so that the engine's is to be shown.
 * @param isAnswered whether the engine has answered for the place that is looked at
 */
export function useHerePicture(
  session: RunSession,
  looked: LookedAt | null,
  isAnswered: boolean,
): DecodedPictures | null {
  const [own, setOwn] = useState<HerePicture | null>(null);
  const wanted = useRef<LookedAt | null>(null);
  const plane = useMemo(() => new MapPlane(session.client), [session]);
  const live = useMemo(
    () =>
      new LivePicture(session.decoder, 'probe', {
        draw: (picture) => wanted.current && setOwn({ of: wanted.current, picture }),
      }),
    [session],
  );
  // Before the next frame, in which it is drawn.
  useLayoutEffect(() => {
    wanted.current = looked;
    const place = looked?.place;
    const z = place === undefined ? null : pointOf(plane, place);
    if (z === null) live.clear();
    else live.show(z);
  }, [looked, session.weightsStep.value]);
  useEffect(() => () => live.clear(), [live]);
  if (own === null || looked === null) return null;
  return !isAnswered || isSamePlace(own.of, looked) ? own.picture : null;
}
