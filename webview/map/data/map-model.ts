import { computed, signal, untracked } from '@preact/signals';
import { sameLayout } from '../../../src/protocol/layout';
import type { LayoutParameters } from '../../../src/protocol/layout';
import type { MapSet, MapState, MapTag } from '../../../src/protocol/map';
import { RpcError, toFailure } from '../../../src/protocol/rpc';
import { classifierOf } from '../../shared/classifier';
import type { RunSession } from '../../shared/run-session';
import { callThenPull } from '../../shared/call-then-pull';
import { latestWins } from '../../shared/latest-wins';
import { MapData } from './map-data';
import { Tags } from './tags';
import { ifReady } from '../../shared/if-ready';

/** Polling interval for the progress of encoding and layout. */
const POLL_MS = 400;

/** Up to this many images the map is made without being asked for. */
export const MAX_UNASKED_IMAGES = 20_000;

const models = new WeakMap<RunSession, MapModel>();

/** Returns the session's map, made on first use. */
export function mapOf(session: RunSession): MapModel {
  const known = models.get(session);
  const map = known ?? new MapModel(session);
  models.set(session, map);
  return map;
}

/**
 * State of the map of a run's images, pulled from the engine when the page is shown, when the run changes, and repeatedly while
 * images are encoded or laid out. Properties are signals: a component that reads one is drawn again when it changes.
 */
export class MapModel {
  readonly runTags: Tags;
  private readonly stateSignal = signal<MapState | null | undefined>(undefined);
  private readonly dataSignal = signal<MapData | null>(null);
  private readonly failed = signal('');
  private readonly layoutFailed = signal('');
  private readonly soughtSignal = signal<readonly string[]>([]);
  private readonly declinedSignal = signal(false);
  private readonly layoutDeclined = signal(false);
  /** Key of the images for which a layout was last asked. */
  private readonly layoutAskedFor = signal('');
  /** The encoding that was asked for, and what it replaces: if its engine ends before it is made, the next one is asked. */
  private wanted: { readonly replaces: string | null } | null = null;
  /** Weights and engine for which a map was begun unasked: once for each, so that another window's cancel holds here, too. */
  private unaskedFor = '';
  /** For a new row of the run's metrics there is nothing new to ask; for another state of its engine there is. */
  private readonly phase = computed(
    () => `${this.session.run.outcome} ${this.session.run.live?.state ?? ''}`,
  );
  /** Classes that were given a column, as a text. */
  private readonly classes = computed(() => JSON.stringify(this.session.state.value.mapClasses));
  /** The requested layout, repeated likewise. */
  private layout: LayoutParameters | null = null;
  /** The request whose answer counts; null once it is cancelled. */
  private layoutRequest: object | null = null;
  private isUsed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: RunSession) {
    this.runTags = new Tags(session);
    session.client.on('mapFocusChanged', () => void this.pullFocus());
    void this.pullFocus();
    session.whenever(() => {
      void this.phase.value;
      untracked(this.pull);
    });
    session.whenever(() => void (session.mapSet.value = this.set));
    session.whenever(() => {
      const ids = this.data?.images.ids;
      if (ids) untracked(() => session.selection.know(ids));
    });
    session.whenever(() => {
      void [classifierOf(session).columns.value, this.classes.value];
      untracked(() => void this.pullFields());
    });
    const shown = (): void => {
      if (document.visibilityState === 'visible') this.pull();
    };
    document.addEventListener('visibilitychange', shown);
    session.atEnd(() => {
      document.removeEventListener('visibilitychange', shown);
      clearTimeout(this.timer);
    });
  }

  /** Undefined until the host has answered; null while no model is available. */
  get state(): MapState | null | undefined {
    return this.stateSignal.value;
  }

  get data(): MapData | null {
    return this.dataSignal.value;
  }

  /** The set of images on the map; null until the map is made. */
  get set(): MapSet | null {
    return this.data?.set ?? null;
  }

  /** Message of the last error, or empty. */
  get trouble(): string {
    return this.failed.value;
  }

  /** Reason why a layout could not be started, or empty. */
  get layoutTrouble(): string {
    return this.layoutFailed.value;
  }

  /** Whether nothing stands in the way of a layout that nobody has to ask for. */
  get isLayoutDue(): boolean {
    const layout = this.state?.layout;
    const isFree = layout?.job === null && layout.error === '' && this.layoutTrouble === '';
    return isFree && !this.layoutDeclined.value && this.layoutAskedFor.value !== this.set?.key;
  }

  /** Images that the user asked to see and that have not been shown yet. */
  get sought(): readonly string[] {
    return this.soughtSignal.value;
  }

  get tags(): readonly MapTag[] {
    return this.runTags.list.value;
  }

  /** Ids of the selected images. */
  get selected(): readonly string[] {
    return this.session.selection.ids.value;
  }

  /** Whether the weights are newer than the map. */
  get isStale(): boolean {
    const { state, data } = this;
    const step = Math.max(this.session.run.live?.step ?? 0, state?.step ?? 0);
    return data !== null && step > data.set.step;
  }

  /** Says that a view shows the map: from then on it is made unasked also while the run trains. */
  use(): void {
    if (this.isUsed) return;
    this.isUsed = true;
    this.pull();
  }

  make(): void {
    this.declinedSignal.value = false;
    void this.ask(() => this.encode());
  }

  cancel(): void {
    this.wanted = null;
    this.declinedSignal.value = true;
    void this.ask(() => this.session.client.call('cancelEncodeAll', {}));
  }

  /** Starts a layout, replacing any layout in progress. */
  layOut(parameters: LayoutParameters): void {
    const request = {};
    this.layoutRequest = request;
    this.layoutAskedFor.value = this.dataSignal.peek()?.set.key ?? '';
    this.layoutDeclined.value = false;
    void this.ask(async () => {
      this.layoutFailed.value = '';
      try {
        const state = await this.session.client.call('startLayout', parameters);
        if (this.layoutRequest !== request) return;
        this.stateSignal.value = state;
        this.layout = parameters;
      } catch (error) {
        if (this.layoutRequest === request) this.layoutFailed.value = toFailure(error).message;
      }
    });
  }

  cancelLayout(): void {
    this.layout = null;
    this.layoutRequest = null;
    this.layoutDeclined.value = true;
    void this.ask(() => this.session.client.call('cancelLayout', {}));
  }

  show(ids: readonly string[]): void {
    this.soughtSignal.value = ids;
  }

  /** Returns the images that were asked for, and clears the list. */
  takeSought(): readonly string[] {
    const sought = this.soughtSignal.peek();
    this.soughtSignal.value = [];
    return sought;
  }

  readonly pull = (): void => this.pullNow();

  private readonly pullNow = latestWins<void>(async () => {
    clearTimeout(this.timer);
    try {
      await this.pullState();
      this.failed.value = this.stateSignal.peek()?.error ?? '';
    } catch (error) {
      this.failed.value = toFailure(error).message;
    }
    // A hidden view does not poll; it pulls when it is shown again.
    const state = this.stateSignal.peek();
    if ((state?.job != null || state?.layout.job != null) && document.visibilityState === 'visible')
      this.timer = setTimeout(this.pull, POLL_MS);
  });

  private async pullState(): Promise<void> {
    const { client } = this.session;
    this.stateSignal.value = await ifReady(client.call('map', {}));
    await this.follow();
    await this.followLayout();
    const set = this.stateSignal.peek()?.set ?? null;
    const data = this.dataSignal.peek();
    if (set === null) return;
    if (set.key === data?.set.key) {
      if (set.layout?.id !== data.set.layout?.id) this.dataSignal.value = data.laidOut(set);
      return;
    }
    try {
      this.dataSignal.value = await MapData.load(client, set, this.session.state.value.mapClasses);
    } catch (error) {
      // The images have been re-encoded in the meantime; the next pull finds the new set.
      if (!(error instanceof RpcError) || error.code !== 'superseded') throw error;
      this.timer = setTimeout(this.pull, POLL_MS);
    }
  }

  /** Starts what is due: an encoding that was lost with its engine, or one that nobody has to ask for. */
  private async follow(): Promise<void> {
    const state = this.stateSignal.peek();
    if (state == null || state.job !== null) return;
    const isMade = state.set !== null && (state.set.key !== this.wanted?.replaces || !this.isOutdated(state));
    if (this.wanted !== null && (isMade || state.error !== '')) this.wanted = null;
    else if (this.wanted !== null) return this.encode();
    const isSought = state.set === null && this.soughtSignal.peek().length > 0;
    if (isSought && state.step !== null && state.error === '' && !this.declinedSignal.peek())
      return this.encode();
    if (this.isDue(state)) {
      this.unaskedFor = this.unaskedKey(state);
      this.stateSignal.value = await this.session.client.call('encodeAll', {});
    }
  }

  private isDue(state: MapState): boolean {
    const isTraining = this.session.run.outcome === 'running';
    const { set, step, images, error } = state;
    if (step === null || error !== '' || this.declinedSignal.peek()) return false;
    if (this.unaskedKey(state) === this.unaskedFor) return false;
    if (images === null || images > MAX_UNASKED_IMAGES) return false;
    // Beside training it takes a part of the time, so it is made then only for a view that shows it.
    return set === null ? !isTraining || this.isUsed : !isTraining && this.isOutdated(state);
  }

  private unaskedKey({ step }: MapState): string {
    return `${step} ${this.phase.peek()}`;
  }

  private isOutdated({ set, step }: MapState): boolean {
    return set !== null && step !== null && set.step < step;
  }

  private async encode(): Promise<void> {
    this.wanted = { replaces: this.stateSignal.peek()?.set?.key ?? null };
    this.stateSignal.value = await this.session.client.call('encodeAll', {});
  }

  /** Restarts a requested layout that was lost with its engine. */
  private async followLayout(): Promise<void> {
    const wanted = this.layout;
    const { set, layout } = this.stateSignal.peek() ?? {};
    if (wanted === null || set == null || layout == null || layout.job !== null) return;
    const made = layout.error !== '' || (set.layout !== null && sameLayout(set.layout, wanted));
    if (made) this.layout = null;
    else this.stateSignal.value = await this.session.client.call('startLayout', wanted);
  }

  /** Pulls the further columns again, of which some are the classifier's. */
  private async pullFields(): Promise<void> {
    const data = this.dataSignal.peek();
    const anew = await data?.withFieldsAnew(this.session.state.value.mapClasses).catch(() => null);
    if (anew && this.dataSignal.peek() === data) this.dataSignal.value = anew;
  }

  private async pullFocus(): Promise<void> {
    const ids = await this.session.client.call('mapFocus', {}).catch(() => []);
    if (ids.length === 0) return;
    this.soughtSignal.value = ids;
    this.declinedSignal.value = false;
    this.session.go('map');
    this.pull();
  }

  private ask(call: () => Promise<void>): Promise<void> {
    return callThenPull(call, this.failed, this.pull);
  }
}
