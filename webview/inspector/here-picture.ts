import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { DecodedPictures } from '../../src/domain/pictures';
import { LivePicture } from '../decoder/live-picture';
import { MapPlane } from '../decoder/map-plane';
import { isSamePlace } from '../shared/here';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';

/**
 * Returns the picture that the panel itself has decoded at the place that is looked at; null if it has none, so that the engine's
 * is to be shown.
 */
export function useHerePicture(session: RunSession, looked: LookedAt | null): DecodedPictures | null {
  const [own, setOwn] = useState<{ readonly of: LookedAt; readonly picture: DecodedPictures } | null>(null);
  const wanted = useRef<LookedAt | null>(null);
  const plane = useMemo(() => new MapPlane(session.client), [session]);
  const live = useMemo(
    () =>
      new LivePicture(session.decoder, 'probe', {
        draw: (picture) => wanted.current && setOwn({ of: wanted.current, picture }),
      }),
    [session],
  );
  useEffect(() => {
    wanted.current = looked;
    const place = looked?.place;
    const z = place === undefined ? null : 'z' in place ? place.z : place.off ? null : plane.pointAt(place);
    if (z === null) live.clear();
    else live.show(z);
  }, [looked, session.weightsStep.value]);
  useEffect(() => () => live.clear(), [live]);
  return own !== null && looked !== null && isSamePlace(own.of, looked) ? own.picture : null;
}
