import { useEffect, useState } from 'preact/hooks';
import type { Pictures } from '../../src/domain/pictures';
import type { RunSession } from './run-session';

/**
 * Returns the pictures of images of the dataset, by id, as far as they are known: missing ones are fetched, again when another
 * engine answers.
 */
export function useStoredPictures(
  session: RunSession,
  ids: readonly string[],
): ReadonlyMap<string, Pictures> {
  const [found, setFound] = useState<ReadonlyMap<string, Pictures>>(() => new Map());
  useEffect(() => {
    let isShown = true;
    session.pictures.fetch(ids).then(
      (pictures) => isShown && setFound(pictures),
      // Names stand in for pictures that the engine cannot give.
      () => undefined,
    );
    return () => (isShown = false);
  }, [session, ids.join('\n'), session.engine.value]);
  return found;
}
