import type { ExplorerState } from '../../shared/explorer-state';
import type { ViewState } from '../../shared/host';
import type { Viewport } from '../canvas/viewport';

/** A movement is remembered so long after its end, in ms. */
const SAVE_DELAY_MS = 150;

/** Remembers where on the map the person was, for one run and one pair of axes. */
export class PlaceMemory {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param rested a movement has come to its end */
  constructor(
    private readonly state: ViewState<ExplorerState>,
    private readonly rested: () => void,
  ) {}

  /** @param key of run and axes @returns null for the view of everything */
  place(key: string): Viewport | null {
    const { mapPlaceOf, mapCentreX, mapCentreY, mapScale } = this.state.value;
    return mapPlaceOf === key && mapScale > 0 ? { x: mapCentreX, y: mapCentreY, scale: mapScale } : null;
  }

  remember(key: string, place: () => Viewport | null): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const now = place();
      this.state.update({
        mapPlaceOf: key,
        mapCentreX: now?.x ?? 0,
        mapCentreY: now?.y ?? 0,
        mapScale: now?.scale ?? 0,
      });
      this.rested();
    }, SAVE_DELAY_MS);
  }
}
