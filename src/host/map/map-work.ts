import { setTimeout as sleep } from 'node:timers/promises';
import type { MapState } from '../../protocol/map';

/** How often an engine is asked how far it is, in ms. */
const POLL_MS = 200;

/** Work on the map that an engine does in the background. */
export interface MapWork {
  begin(): Promise<MapState>;
  state(): Promise<MapState>;
  /** The process that answers; null when none does. */
  engine(): number | null;
  /** How far the work is, for people; null while none is under way. */
  progress(state: MapState): string | null;
  isMade(state: MapState): boolean;
}

/**
 * Begins the work and waits for its end. A training that ends takes its engine along, and with it the work: the next
 * engine is then given it anew.
 */
export async function finished(work: MapWork, report: (message: string) => void): Promise<MapState> {
  let state = await work.begin();
  let asked = work.engine();
  for (;;) {
    const message = work.progress(state);
    if (message === null) return state;
    report(message);
    await sleep(POLL_MS);
    state = await work.state();
    const isLost = work.progress(state) === null && !work.isMade(state) && work.engine() !== asked;
    if (!isLost) continue;
    state = await work.begin();
    asked = work.engine();
  }
}
