import { setTimeout as sleep } from 'node:timers/promises';
import type { MapState } from '../../protocol/map';

/** Poll interval for the engine's progress, in ms. */
const POLL_MS = 200;

/** Work on the map that an engine does in the background. */
export interface MapWork<P> {
  begin(): Promise<MapState>;
  state(): Promise<MapState>;
  /** Process id of the engine; null if there is none. */
  engine(): number | null;
  /** How far the work is; null if it is not in progress. */
  progress(state: MapState): P | null;
  isMade(state: MapState): boolean;
}

/**
 * Starts the work and waits for its end. When training ends, its engine exits and the work is lost; it is then restarted on the
 * next engine.
 */
export async function runMapWork<P>(work: MapWork<P>, report: (progress: P) => void): Promise<MapState> {
  let state = await work.begin();
  let asked = work.engine();
  for (;;) {
    const progress = work.progress(state);
    if (progress === null) return state;
    report(progress);
    await sleep(POLL_MS);
    state = await work.state();
    const isLost = work.progress(state) === null && !work.isMade(state) && work.engine() !== asked;
    if (!isLost) continue;
    state = await work.begin();
    asked = work.engine();
  }
}
