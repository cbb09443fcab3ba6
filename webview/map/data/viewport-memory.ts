import type { Choices } from '../../shared/choices';
import type { ViewState } from '../../shared/view-state';
import type { Viewport } from '../canvas/viewport';

/** Debounce for saving the viewport. */
const SAVE_DELAY_MS = 150;

/** Persists the map's viewport for one run and pair of axes. */
export class ViewportMemory {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param rested called once the viewport has been saved */
  constructor(
    private readonly state: ViewState<Choices>,
    private readonly rested: () => void,
  ) {}

  /** Returns the saved viewport; null shows everything. @param key of run and axes */
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
