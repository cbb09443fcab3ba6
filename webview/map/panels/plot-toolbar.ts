import type { Choices } from '../../shared/choices';
import type { ViewState } from '../../shared/view-state';
import type { DragMode } from '../canvas/gestures';
import { Toolbar } from './toolbar';
import { axisChosen } from '../data/umap-axes';

/** Actions that follow a choice, once it is stored in the view state. */
export interface MapToolbarActions {
  /** An axis or the colour has changed. */
  chosen(): void;
  mode(mode: DragMode): void;
  thumbnails(): void;
  decode(on: boolean): void;
  searched(): void;
}

const STATE_OF = { x: 'mapX', y: 'mapY' } as const;

/** Creates the map's toolbar, which persists its choices. */
export function mapToolbar(state: ViewState<Choices>, acts: MapToolbarActions): Toolbar {
  const { mapThumbnails, mapDecode, mapSearch } = state.value;
  return new Toolbar(
    {
      choose: (what, value) => {
        state.update(
          what === 'colour' ? { mapColour: value } : axisChosen(STATE_OF[what], value, state.value),
        );
        acts.chosen();
      },
      mode: (mode) => acts.mode(mode),
      thumbnails: (shown) => {
        state.update({ mapThumbnails: shown });
        acts.thumbnails();
      },
      decode: (on) => acts.decode(on),
      search: (text) => {
        state.update({ mapSearch: text });
        acts.searched();
      },
    },
    { thumbnails: mapThumbnails, decode: mapDecode, search: mapSearch },
  );
}
