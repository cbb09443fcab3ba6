import type { Probe } from '../../src/protocol/latent';
import type { LookedAt } from './inspector';
import type { Query } from './query';
import type { RunSession } from './run-session';

const NEIGHBOUR_COUNT = 4;
const NAME = 'here';

/** The session's question about the place that it looks at: one request at a time, and the newest place wins. */
export const hereQuery = (session: RunSession): Query<LookedAt, Probe> =>
  session.query(NAME, askHere(session));

const askHere =
  (session: RunSession) =>
  ({ place }: LookedAt): Promise<Probe> =>
    session.client.call('probe', { view: 'probe', place, nearest: NEIGHBOUR_COUNT });

/** Whether two looks are at the same place. */
export const isSamePlace = (one: LookedAt, other: LookedAt): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
