import { sameLayout } from '../../../src/protocol/layout';
import type { LayoutParameters } from '../../../src/protocol/layout';
import type { MapState } from '../../../src/protocol/map';
import { RpcError, toFailure } from '../../../src/protocol/rpc';
import type { ExplorerClient, RunSession } from '../../shared/run-session';
import { latestWins } from '../../shared/latest-wins';
import { MapData } from './map-data';
import { ifReady } from '../../shared/if-ready';

/** Polling interval for the progress of encoding and layout. */
const POLL_MS = 400;

/**
 * State of the map, pulled from the engine when the view is shown, when the run changes, and repeatedly while images
 * are encoded or laid out.
 */
export class MapModel {
  /** Undefined until the host has answered; null while no model is available. */
  state: MapState | null | undefined;
  data: MapData | null = null;
  /** Message of the last error, or empty. */
  trouble = '';
  /** Reason why a layout could not be started, or empty. */
  layoutTrouble = '';
  /** Images that the user asked to see. */
  sought: readonly string[] = [];
  private readonly listeners: (() => void)[] = [];
  /** Whether a map was requested: if the engine ends before it is made, the request is repeated with the next engine. */
  private wanted = false;
  /** The requested layout, repeated likewise. */
  private layout: LayoutParameters | null = null;
  /** The request whose answer counts; null once it is cancelled or about another run. */
  private layoutRequest: object | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private uri: string | undefined;
  private phase = '';

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
  ) {
    model.on('run', () => this.runChanged());
    client.on('mapFocusChanged', () => void this.pullFocus());
    void this.pullFocus();
  }

  on(listener: () => void): void {
    this.listeners.push(listener);
  }

  make(): void {
    this.wanted = true;
    void this.ask(async () => {
      this.state = await this.client.call('encodeAll', {});
    });
  }

  cancel(): void {
    this.wanted = false;
    void this.ask(() => this.client.call('cancelEncodeAll', {}));
  }

  /** Starts a layout, replacing any layout in progress. */
  layOut(parameters: LayoutParameters): void {
    const request = {};
    this.layoutRequest = request;
    void this.ask(async () => {
      this.layoutTrouble = '';
      try {
        const state = await this.client.call('startLayout', parameters);
        if (this.layoutRequest !== request) return;
        this.state = state;
        this.layout = parameters;
      } catch (error) {
        if (this.layoutRequest === request) this.layoutTrouble = toFailure(error).message;
      }
    });
  }

  cancelLayout(): void {
    this.forgetLayout();
    void this.ask(() => this.client.call('cancelLayout', {}));
  }

  show(ids: readonly string[]): void {
    this.sought = ids;
    this.tell();
  }

  /** Returns the images that were asked for, and clears the list. */
  takeSought(): readonly string[] {
    const { sought } = this;
    this.sought = [];
    return sought;
  }

  readonly pull = (): void => this.pullNow();

  private readonly pullNow = latestWins<void>(async () => {
    clearTimeout(this.timer);
    try {
      await this.pullState();
      this.trouble = this.state?.error ?? '';
    } catch (error) {
      this.trouble = toFailure(error).message;
    }
    this.tell();
    // A hidden view does not poll; it pulls when it is shown again.
    if ((this.state?.job != null || this.state?.layout.job != null) && document.visibilityState === 'visible')
      this.timer = setTimeout(this.pull, POLL_MS);
  });

  private async pullState(): Promise<void> {
    const uri = this.model.run?.uri;
    const state = await ifReady(this.client.call('map', {}));
    if (uri !== this.model.run?.uri) return;
    this.state = state;
    const lost = state !== null && state.job === null && state.set === null && state.error === '';
    if (lost && this.wanted) this.state = await this.client.call('encodeAll', {});
    if (state?.job === null) this.wanted &&= lost;
    await this.followLayout();
    const set = this.state?.set ?? null;
    if (set !== null && set.key === this.data?.set.key) {
      if (set.layout?.id !== this.data.set.layout?.id) this.data = this.data.laidOut(set);
      return;
    }
    if (set === null) return;
    this.tell();
    try {
      const data = await MapData.load(this.client, set);
      if (uri === this.model.run?.uri) this.data = data;
    } catch (error) {
      // The images have been re-encoded in the meantime; the next pull finds the new set.
      if (!(error instanceof RpcError) || error.code !== 'superseded') throw error;
      this.timer = setTimeout(this.pull, POLL_MS);
    }
  }

  /** Restarts a requested layout that was lost with its engine. */
  private async followLayout(): Promise<void> {
    const wanted = this.layout;
    const { set, layout } = this.state ?? {};
    if (wanted === null || set == null || layout == null || layout.job !== null) return;
    const made = layout.error !== '' || (set.layout !== null && sameLayout(set.layout, wanted));
    if (made) this.layout = null;
    else this.state = await this.client.call('startLayout', wanted);
  }

  private forgetLayout(): void {
    this.layout = null;
    this.layoutRequest = null;
  }

  private async pullFocus(): Promise<void> {
    const ids = await this.client.call('mapFocus', {}).catch(() => []);
    if (ids.length === 0) return;
    this.sought = ids;
    if (this.state?.set == null) this.make();
    else this.tell();
  }

  private async ask(call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.trouble = '';
    } catch (error) {
      this.trouble = toFailure(error).message;
    }
    this.tell();
    this.pull();
  }

  /** Pulls only if the run or its engine's state has changed, not for every metric row. */
  private runChanged(): void {
    const { run } = this.model;
    if (run?.uri !== this.uri) {
      // The first run shown takes over a pending request; later runs do not.
      if (this.uri !== undefined) this.wanted = false;
      this.forgetLayout();
      this.layoutTrouble = '';
      this.uri = run?.uri;
      this.state = undefined;
      this.data = null;
      this.trouble = '';
    }
    const phase = run == null ? '' : `${run.uri} ${run.outcome} ${run.live?.state ?? ''}`;
    if (phase !== this.phase && run != null) this.pull();
    else this.tell();
    this.phase = phase;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
