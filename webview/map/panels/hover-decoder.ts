import { toFailure } from '../../../src/protocol/rpc';
import type { PanelDecoder } from '../../decoder/panel-decoder';
import { setAttributes } from '../../shared/element';
import type { ExplorerClient } from '../../shared/run-session';
import type { Choices } from '../../shared/choices';
import type { ViewState } from '../../shared/view-state';
import type { PlotData } from '../data/plot-data';
import { fixedText, isDecodable } from '../data/axis-explanation';
import { ProbeInset } from './probe-inset';
import type { ProbeInsetEvents } from './probe-inset';
import { divided } from '../canvas/polyline';
import type { MapPosition } from '../canvas/polygon';
import { isUmap } from '../data/umap-axes';
import { t } from '../../shared/l10n';

export interface HoverDecoderEvents extends ProbeInsetEvents {
  drawn(): PlotData | null;
  mark(position: MapPosition | null): void;
  complain(text: string): void;
}

/** Maps positions on the map to points in latent space: decodes the point under the mouse, and opens the path under a line. */
export class HoverDecoder {
  private readonly inset: ProbeInset;
  /** The pinned position, null for none; hovering does not change the inset while a position is pinned. */
  private pinned: MapPosition | null = null;

  constructor(
    private readonly client: ExplorerClient,
    decoder: PanelDecoder,
    private readonly state: ViewState<Choices>,
    private readonly events: HoverDecoderEvents,
  ) {
    this.inset = new ProbeInset(client, decoder, events);
    this.showWhether();
  }

  get element(): HTMLElement {
    return this.inset.element;
  }

  turn(mapDecode: boolean): void {
    this.state.update({ mapDecode });
    this.pin(null);
    this.showWhether();
  }

  over(position: MapPosition): void {
    if (this.pinned === null && this.isOn) this.ask(position);
  }

  /** Pins a position, or releases the pinned position. */
  pin(position: MapPosition | null): void {
    if (!this.isOn && position !== null) return;
    this.pinned = this.pinned === null ? position : null;
    this.events.mark(this.pinned);
    if (this.pinned !== null) this.ask(this.pinned);
  }

  /** @param same whether positions keep their meaning */
  axesChanged(same: boolean): void {
    if (!same) {
      this.pinned = null;
      this.events.mark(null);
      this.inset.clear();
      this.events.complain('');
    }
    this.showWhether();
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
    this.client
      .call('interpolateLine', params)
      .catch((error: unknown) => this.events.complain(toFailure(error).message));
  }

  private get isOn(): boolean {
    const drawn = this.events.drawn();
    return this.state.value.mapDecode && (drawn === null || isDecodable([drawn.x, drawn.y]));
  }

  private ask(at: MapPosition): void {
    const drawn = this.events.drawn();
    if (drawn === null) return;
    const { data } = drawn;
    const axes = [drawn.x, drawn.y] as const;
    if (!isDecodable(axes)) return;
    const [x, y] = axes;
    this.inset.ask({ key: data.set.key, x, y, at, explanation: fixedText(data.set, x, y) });
  }

  private showWhether(): void {
    setAttributes(this.element, { hidden: !this.isOn });
  }
}
