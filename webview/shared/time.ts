import { computed, signal, untracked } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { RunView } from '../../src/protocol/panel';
import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../../src/protocol/time';
import type { Choices } from './choices';
import type { ExplorerClient } from './explorer-client';
import { latestWins } from './latest-wins';
import type { TrainingMoment } from './metric-history';
import { reported } from './reported';
import { SnapshotStore, usualAxes } from './snapshot-store';
import type { SnapshotAxes, SnapshotFrame } from './snapshot-store';
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

/** Where the tracked images were at a step. */
export interface PlacesThen extends SnapshotPlaces {
  readonly step: number;
  /** Ids of the images, in the order of `x` and `y`; at most 2,000, the same at each step. */
  readonly ids: readonly string[];
  readonly axes: SnapshotAxes;
}

interface Request {
  readonly step: number;
  readonly frame: SnapshotFrame;
}

/** The step of training that all tabs show: the newest weights, or one of the run's snapshots. */
export class Time {
  private store: SnapshotStore | null = null;
  private readonly listed = signal<SnapshotList | null | undefined>(undefined);
  private readonly tracked = signal<TimeImages | null>(null);
  private readonly loaded = signal<{ readonly view: SnapshotView; readonly frame: SnapshotFrame } | null>(
    null,
  );
  private readonly failed = signal('');
  private readonly newestWanted = signal(false);

  /** Columns in which `places` are: `mean:3`, `pc:0` or the like of the newest snapshot. Null for the usual two. */
  readonly axes = signal<SnapshotAxes | null>(null);

  constructor(private readonly session: Session) {
    session.whenever(() => {
      void session.engine.value;
      void session.weightsStep.value;
      if (session.isExplorable.value) untracked(() => this.pullList());
    });
    session.whenever(() => {
      const request = this.request.value;
      if (request === null) return;
      const view = this.store?.known(request.step, request.frame);
      if (view) this.loaded.value = { view, frame: request.frame };
      if (!view || this.tracked.value === null) untracked(() => this.fetch());
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

  /**
   * What the snapshot makes of the tracked images and points; the one before while it is on its way. Null for the newest
   * weights, unless the newest snapshot is wanted.
   */
  readonly view = computed((): SnapshotView | null =>
    this.request.value === null ? null : (this.loaded.value?.view ?? null),
  );

  /** Whether `view` is still that of another step. */
  readonly isLoading = computed(() => {
    const request = this.request.value;
    return request !== null && request.step !== this.loaded.value?.view.step;
  });

  /** Where the tracked images were at `step`; null for the newest weights, and until they are there. */
  readonly places = computed((): PlacesThen | null => {
    const images = this.tracked.value;
    const loaded = this.loaded.value;
    if (this.step.value < 0 || images === null || !loaded?.view.places) return null;
    const { view, frame } = loaded;
    return { ...loaded.view.places, step: view.step, ids: images.ids, axes: frame.axes };
  });

  /** Why the last call failed; empty if it did not. */
  readonly trouble = computed(() => this.failed.value);

  /** Shows the snapshot at `index` of `steps`; at the last one, newer weights are followed. */
  moveTo(index: number): void {
    const steps = this.steps.peek();
    const timeStep = index >= steps.length - 1 ? -1 : (steps[Math.max(0, index)] ?? -1);
    if (timeStep !== this.session.state.value.timeStep) this.session.state.update({ timeStep });
  }

  showNewest(): void {
    this.session.state.update({ timeStep: -1 });
  }

  /** Says whether the newest snapshot is needed, too, where the newest weights are shown. */
  wantNewest(wanted: boolean): void {
    this.newestWanted.value = wanted;
  }

  /** Returns the positions of an image over the snapshots that were looked at, in the order of their steps. */
  way(id: string): [x: number, y: number][] {
    const index = this.tracked.peek()?.ids.indexOf(id) ?? -1;
    return index < 0 ? [] : (this.store?.way(index, this.frame.peek()) ?? []);
  }

  momentOf(step: number): TrainingMoment {
    return { step, samples: step * (this.listed.value?.minibatch ?? 0) };
  }

  private readonly frame = computed((): SnapshotFrame => ({
    align: this.session.state.value.timeAlign,
    axes: this.axes.value ?? usualAxes(this.session.run.latent),
  }));

  private readonly request = computed((): Request | null => {
    const newest = this.newestWanted.value ? (this.steps.value.at(-1) ?? -1) : -1;
    const step = this.step.value < 0 ? newest : this.step.value;
    return step < 0 ? null : { step, frame: this.frame.value };
  });

  private readonly pullList = latestWins<void>(() =>
    this.attempt(async () => {
      const { client, run } = this.session;
      const store = (this.store ??= new SnapshotStore(client, run.latent));
      await store.pullList();
      this.listed.value = store.list;
    }),
  );

  private readonly fetch = latestWins<void>(() =>
    this.attempt(async () => {
      const { store } = this;
      const request = this.request.peek();
      if (store === null || request === null) return;
      const view = await store.pull(request.step, request.frame);
      if (view !== null && request.step === this.request.peek()?.step)
        this.loaded.value = { view, frame: request.frame };
      if (this.tracked.peek() !== null) return;
      await store.pullImages();
      this.tracked.value = store.images;
    }),
  );

  private async attempt(call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.failed.value = '';
    } catch (error) {
      const message = reported(error);
      if (message !== '') this.failed.value = message;
    }
  }
}
