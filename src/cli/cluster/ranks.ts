import { requireEqualParts } from '../../runs/equal-parts';
import type { RemoteJob } from '../../runs/remote-run';
import { badInput } from '../exit';

/**
 * Checks whether several ranks can train a run, before anything is sent.
 * @throws CliError for an engine that trains alone; RequestError for a minibatch that they cannot share equally
 */
export function requireRanks({ ranks, engine }: RemoteJob, minibatch: number): void {
  if (ranks === undefined) return;
  if (engine !== 'jax')
    throw badInput(`--workers: got --engine ${engine}, expected jax: no other engine trains with others`);
  requireEqualParts(minibatch, ranks.count * Math.max(1, ranks.gpus));
}
