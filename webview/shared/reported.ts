import { toFailure } from '../../src/protocol/rpc';

/** Failure codes not worth reporting: no engine can answer, or a newer request replaced this one. */
const SILENT: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run', 'superseded', 'cancelled']);

/** Returns what is to be said of a failed call; empty for a failure that is not worth reporting. */
export function reported(error: unknown): string {
  const { code, message } = toFailure(error);
  return SILENT.has(code) ? '' : message;
}
