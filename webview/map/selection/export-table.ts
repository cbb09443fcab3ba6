import type { RunSession } from '../../shared/run-session';
import { csvOf } from '../data/csv';
import { mapOf } from '../data/map-model';
import { plotOf } from '../plot';

/** Writes images of the map as a table to a file that the person names. @returns whether it was written @throws RpcError */
export async function exportTable(session: RunSession, indices: readonly number[]): Promise<boolean> {
  const drawn = await plotOf(session).current();
  if (drawn === null) return false;
  const csv = await csvOf(drawn, mapOf(session).tags, indices);
  return session.client.call('exportTable', { csv });
}
