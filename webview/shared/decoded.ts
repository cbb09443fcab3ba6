import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Pictures } from '../../src/domain/pictures';
import { latestWins } from './latest-wins';
import { failureText } from './query';
import type { RunSession } from './run-session';

interface Decoded {
  readonly picture: Pictures | null;
  /** Why the last point was not decoded; empty if it was. */
  readonly trouble: string;
  /** Decodes a point: one request at a time, and the newest point wins. */
  readonly decode: (z: Float32Array) => void;
}

/**
 * Returns the picture of a point that a slider moves.
 * @param view where the newest request wins @param rest the picture where the slider rests, shown whenever it is another one
 */
export function useDecoded(session: RunSession, view: string, rest: Pictures | null): Decoded {
  const [picture, setPicture] = useState(rest);
  const [trouble, setTrouble] = useState('');
  useLayoutEffect(() => setPicture(rest), [rest]);
  const decode = useMemo(
    () =>
      latestWins(async (z: Float32Array) => {
        try {
          setPicture(await session.client.call('decode', { view, z, count: 1 }));
          setTrouble('');
        } catch (error) {
          setTrouble(failureText(error));
        }
      }),
    [session],
  );
  return { picture, trouble, decode };
}
