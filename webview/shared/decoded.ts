import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Pictures } from '../../src/domain/pictures';
import { LivePicture } from '../decoder/live-picture';
import { reported } from './reported';
import type { RunSession } from './run-session';

interface Decoded {
  readonly picture: Pictures | null;
  /** Why the last point was not decoded; empty if it was. */
  readonly trouble: string;
  /** Draws a point in the next frame: the newest wins. */
  readonly decode: (z: Float32Array) => void;
}

/**
 * Returns the picture of a point that a slider moves.
 * @param view name of the picture, among all that the engine decodes for the panel
 * @param rest the picture where the slider rests, shown whenever it is another one
 */
export function useDecoded(session: RunSession, view: string, rest: Pictures | null): Decoded {
  const [picture, setPicture] = useState(rest);
  const [trouble, setTrouble] = useState('');
  useLayoutEffect(() => setPicture(rest), [rest]);
  const live = useMemo(
    () =>
      new LivePicture(session.decoder, view, {
        draw: setPicture,
        attempt: async (request) => {
          try {
            await request();
            setTrouble('');
          } catch (error) {
            setTrouble(reported(error));
          }
        },
      }),
    [session, view],
  );
  useEffect(() => () => live.clear(), [live]);
  return { picture, trouble, decode: (z) => live.show(z) };
}
