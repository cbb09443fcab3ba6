import { computed, signal, untracked } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { RunView } from '../../src/protocol/panel';
import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../../src/protocol/time';
import type { MapAxes } from '../../src/protocol/schemas/values';
import type { Choices } from './choices';
import type { ExplorerClient } from './explorer-client';
import { latestWins } from './latest-wins';
import type { TrainingMoment } from './metric-history';
import { reported } from './reported';
import { SnapshotStore, frameKey } from './snapshot-store';
import type { SnapshotFrame } from './snapshot-store';
import type { ViewState } from './view-state';

/** What is used of a run's session. */
interface Session {
  readonly client: ExplorerClient;
  readonly run: RunView;
  readonly state: ViewState<Choices>;
  readonly engine: ReadonlySignal<string>;
  readonly isExplorable: ReadonlySignal<boolean>;
  readonly weightsStep: ReadonlySignal<number>;
  whenever(work: () => void): void;
}

/** Where the tracked images were on the map at a step. */
export interface PlacesThen extends SnapshotPlaces {
  readonly step: number;
  readonly frame: SnapshotFrame;
}

/** The step of training that all tabs show: the newest weights, or one of the run's snapshots. */
export class Time {
  private store: SnapshotStore | null = null;
  private readonly listed = signal<SnapshotList | null | undefined>(undefined);
  private readonly tracked = signal<TimeImages | null>(null);
  private readonly loadedView = signal<SnapshotView | null>(null);
  private readonly loadedPlaces = signal<PlacesThen | null>(null);
  private readonly listFailed = signal('');
  private readonly viewFailed = signal('');
  private readonly placesFailed = signal('');
  private readonly watchers = signal(0);

  /** The axes of the map that is shown, on which the images are placed; null while no map wants their places. */
  readonly mapAxes = signal<MapAxes | null>(null);

  constructor(private readonly session: Session) {
    session.whenever(() => {
      void session.engine.value;
      void session.weightsStep.value;
      if (session.isExplorable.value) untracked(() => this.pullList());
    });
    session.whenever(() => {
      const step = this.viewStep.value;
      if (step < 0) return;
      const view = this.store?.known(step);
      if (view) this.loadedView.value = view;
      if (!view || this.tracked.value === null) untracked(() => this.fetchView());
    });
    session.whenever(() => {
      const frame = this.frame.value;
      const step = this.step.value;
      if (step < 0 || frame === null) return;
      const places = this.store?.knownPlaces(step, frame);
      if (places) this.loadedPlaces.value = { ...places, step, frame };
      else untracked(() => this.fetchPlaces());
    });
  }

  /** The run's snapshots; null while no engine can answer, undefined before it was asked. */
  readonly list = computed(() => this.listed.value);

  /** Steps of the snapshots, ascending. */
  readonly steps = computed((): readonly number[] => this.listed.value?.steps ?? []);

  /** Step of the snapshot that is shown; -1 for the newest weights. */
  readonly step = computed((): number => {
    const { timeStep } = this.session.state.value;
    const steps = this.steps.value;
    if (timeStep < 0 || steps.length === 0) return -1;
    const nearest = steps.findLast((at) => at <= timeStep) ?? steps[0]!;
    return nearest === steps.at(-1) ? -1 : nearest;
  });

  /** Index of the snapshot that is shown among `steps`: the last one for the newest weights, -1 without snapshots. */
  readonly index = computed(() =>
    this.step.value < 0 ? this.steps.value.length - 1 : this.steps.value.indexOf(this.step.value),
  );

  /** The snapshot's place in the course of training, for a mark; null for the newest weights. */
  readonly moment = computed((): TrainingMoment | null =>
    this.step.value < 0 ? null : this.momentOf(this.step.value),
  );

  /** The tracked images; null until a snapshot is shown, and if the dataset cannot be read. */
  readonly images = computed(() => this.tracked.value);

  /** What the snapshot makes of the shown images and points; the one before while it is on its way. Null for the newest weights. */
  readonly view = computed((): SnapshotView | null => (this.step.value < 0 ? null : this.loadedView.value));

  /** Where the tracked images were on the axes of the map; those of the step before while they are on their way. */
  readonly places = computed((): PlacesThen | null => {
    const frame = this.frame.value;
    const places = this.loadedPlaces.value;
    if (this.step.value < 0 || frame === null || places === null) return null;
    return frameKey(places.frame) === frameKey(frame) ? places : null;
  });

  /** Whether what is shown is still that of another step. */
  readonly isLoading = computed(() => {
    const [step, viewStep] = [this.step.value, this.viewStep.value];
    const areAwaited = step >= 0 && this.frame.value !== null && this.places.value?.step !== step;
    return areAwaited || (viewStep >= 0 && viewStep !== this.loadedView.value?.step);
  });

  /** Why the last call failed; empty if it did not. */
  readonly trouble = computed(
    () =>
      this.listFailed.value || (this.step.value < 0 ? '' : this.viewFailed.value || this.placesFailed.value),
  );

  /** Shows the snapshot at `index` of `steps`; at the last one, newer weights are followed. */
  moveTo(index: number): void {
    const steps = this.steps.peek();
    const timeStep = index >= steps.length - 1 ? -1 : (steps[Math.max(0, index)] ?? -1);
    if (timeStep !== this.session.state.value.timeStep) this.session.state.update({ timeStep });
  }

  showNewest(): void {
    this.session.state.update({ timeStep: -1 });
  }

  /** Says that `view` is shown, until the returned function is called: only then it is asked for. */
  watch(): () => void {
    this.watchers.value = this.watchers.peek() + 1;
    return () => (this.watchers.value = this.watchers.peek() - 1);
  }

  /** Returns the positions of an image of the map at the snapshots that were looked at, in the order of their steps. */
  way(index: number): [x: number, y: number][] {
    const frame = this.frame.peek();
    return frame === null ? [] : (this.store?.way(index, frame) ?? []);
  }

  /** Returns what a snapshot makes of the shown images and points; null while no engine can answer. @throws RpcError */
  viewAt(step: number): Promise<SnapshotView | null> {
    return this.store?.pull(step) ?? Promise.resolve(null);
  }

  momentOf(step: number): TrainingMoment {
    return { step, samples: step * (this.listed.value?.minibatch ?? 0) };
  }

  private readonly frame = computed((): SnapshotFrame | null => {
    const axes = this.mapAxes.value;
    return axes && { ...axes, align: this.align.value };
  });
  private readonly align = computed(() => this.session.state.value.timeAlign);

  /** Step of the snapshot whose view is wanted; -1 for none. */
  private readonly viewStep = computed(() => (this.watchers.value > 0 ? this.step.value : -1));

  private readonly pullList = latestWins<void>(() =>
    attempt(this.listFailed, async () => {
      const { client, run } = this.session;
      const store = (this.store ??= new SnapshotStore(client, run.latent));
      await store.pullList();
      this.listed.value = store.list;
    }),
  );

  private readonly fetchView = latestWins<void>(() =>
    attempt(this.viewFailed, async () => {
      const { store } = this;
      const step = this.viewStep.peek();
      if (store === null || step < 0) return;
      const view = await store.pull(step);
      if (view !== null && step === this.viewStep.peek()) this.loadedView.value = view;
      if (this.tracked.peek() !== null) return;
      await store.pullImages();
      this.tracked.value = store.images;
    }),
  );

  private readonly fetchPlaces = latestWins<void>(() =>
    attempt(this.placesFailed, async () => {
      const { store } = this;
      const [step, frame] = [this.step.peek(), this.frame.peek()];
      if (store === null || step < 0 || frame === null) return;
      const places = await store.pullPlaces(step, frame);
      const isWanted = step === this.step.peek() && frame === this.frame.peek();
      if (places !== null && isWanted) this.loadedPlaces.value = { ...places, step, frame };
    }),
  );
}

async function attempt(failed: Signal<string>, call: () => Promise<void>): Promise<void> {
  try {
    await call();
    failed.value = '';
  } catch (error) {
    const message = reported(error);
    if (message !== '') failed.value = message;
  }
}
