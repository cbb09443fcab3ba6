import { toFailure } from '../../../src/protocol/rpc';
import type { LookedAt } from '../../shared/inspector';
import type { RunSession } from '../../shared/run-session';
import type { Choices } from '../../shared/choices';
import type { ViewState } from '../../shared/view-state';
import type { PlotData } from '../data/plot-data';
import { fixedText, isDecodable } from '../data/axis-explanation';
import { divided } from '../canvas/polyline';
import type { MapPosition } from '../canvas/polygon';
import { isUmap } from '../data/umap-axes';
import { t } from '../../shared/l10n';

export interface HoverDecoderEvents {
  drawn(): PlotData | null;
  mark(position: MapPosition | null): void;
  complain(text: string): void;
}

/** Maps positions on the map to points in latent space: the inspector looks at the point under the mouse; a line opens its path. */
export class HoverDecoder {
  constructor(
    private readonly session: RunSession,
    private readonly state: ViewState<Choices>,
    private readonly events: HoverDecoderEvents,
  ) {
    session.whenever(() => {
      const { isPinned, place } = session.inspector;
      const at = isPinned.value ? place.value?.place : undefined;
      events.mark(at !== undefined && 'at' in at ? [at.at[0], at.at[1]] : null);
    });
  }

  turn(mapDecode: boolean): void {
    this.state.update({ mapDecode });
    this.session.inspector.pin(null);
  }

  over(position: MapPosition): void {
    if (this.isOn) this.session.inspector.lookAt(this.placeAt(position));
  }

  /** Pins a position, or releases the pinned position. */
  pin(position: MapPosition | null): void {
    if (!this.isOn && position !== null) return;
    const { inspector } = this.session;
    inspector.pin(inspector.isPinned.value || position === null ? null : this.placeAt(position));
  }

  /** @param same whether positions keep their meaning */
  axesChanged(same: boolean): void {
    if (same) return;
    const { inspector } = this.session;
    // A pinned point of latent space is what it was.
    if (inspector.place.value !== null && 'at' in inspector.place.value.place) inspector.pin(null);
    this.events.complain('');
  }

  /** Opens the path through latent space under a line; reports axes that cannot be decoded. */
  path(line: readonly MapPosition[]): void {
    const drawn = this.events.drawn();
    if (drawn === null) return;
    const { set } = drawn.data;
    const axes = [drawn.x, drawn.y] as const;
    if (!isDecodable(axes))
      return this.events.complain(
        t('A line on these axes has no points in latent space. Choose other axes.'),
      );
    const [x, y] = axes;
    // On UMAP axes even a straight line passes other images between its ends.
    const places = isUmap(x) ? divided(line) : line;
    const params = {
      ...{ key: set.key, x, y, places: Float32Array.from(places.flat()) },
      note: t('Under a line on the map: {0}.', fixedText(set, x, y)),
    };
    this.events.complain('');
    this.session.client
      .call('interpolateLine', params)
      .catch((error: unknown) => this.events.complain(toFailure(error).message));
  }

  private get isOn(): boolean {
    const drawn = this.events.drawn();
    return this.state.value.mapDecode && (drawn === null || isDecodable([drawn.x, drawn.y]));
  }

  private placeAt(at: MapPosition): LookedAt | null {
    const drawn = this.events.drawn();
    if (drawn === null) return null;
    const { data } = drawn;
    const axes = [drawn.x, drawn.y] as const;
    if (!isDecodable(axes)) return null;
    const [x, y] = axes;
    return { place: { key: data.set.key, x, y, at: [at[0], at[1]] }, explanation: fixedText(data.set, x, y) };
  }
}
