import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import type { RelayedMethods } from '../../../src/protocol/schemas/panel';

const refuse = (): never => {
  throw new RpcError('not-found', 'there is no snapshot: the run keeps none');
};

/** A run without snapshots; one with them is looked at on a real engine (test/panel/time-view.slow.test.ts). */
export const timeHandlers: Handlers<Pick<RelayedMethods, 'snapshots' | 'timeImages' | 'atSnapshot'>> = {
  snapshots: () => ({ kept: false, steps: [], minibatch: 100 }),
  timeImages: refuse,
  atSnapshot: refuse,
};
