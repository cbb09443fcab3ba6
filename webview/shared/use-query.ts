import { useEffect, useMemo } from 'preact/hooks';
import type { Query } from './query';
import type { RunSession } from './run-session';

/**
 * Asks the engine while the component is shown: again when the question changes, when newer weights arrive, and when another
 * engine answers. The answer is kept for the session, so it is there at once when the component is shown again.
 * @param name unique in the session @param question null asks nothing; compared as JSON
 */
export function useQuery<Q, A>(
  session: RunSession,
  name: string,
  question: Q | null,
  ask: (question: Q) => Promise<A>,
): Pick<Query<Q, A>, 'answer' | 'trouble' | 'failure' | 'isWaiting'> {
  const query = useMemo(() => session.query<Q, A>(name, ask), [session, name]);
  const weights = { step: session.weightsStep.value, engine: session.engine.value };
  const key = JSON.stringify([question, weights]);
  useEffect(() => {
    if (question !== null) query.pull(question, key, weights);
  }, [query, key]);
  return {
    answer: query.answer,
    trouble: query.trouble,
    failure: query.failure,
    // The question of this rendering is asked after it: until then it is waited for, too.
    isWaiting: query.isWaiting || (question !== null && !query.hasAsked(key)),
  };
}
