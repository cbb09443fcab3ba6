import { computed, signal } from '@preact/signals';
import type { SweepTrial } from '../../src/domain/sweep';
import { MAX_COMPARED_RUNS } from '../../src/protocol/compare';
import { toFailure } from '../../src/protocol/rpc';
import type { Client } from '../../src/protocol/rpc';
import type { SweepMethods } from '../../src/protocol/schemas/sweep';
import type { SweepEvents, SweepPage, TrialPictures } from '../../src/protocol/sweep';
import { latestWins } from '../shared/latest-wins';
import type { ViewState } from '../shared/view-state';
import { axesOf, isWithin } from './axes';
import { sorted } from './columns';
import { brushesText, parseBrushes } from './view-state';
import type { Brush, SweepViewState } from './view-state';

/** A sweep as it is shown, pulled from the host. Its properties are signals: a component that reads one is drawn again. */
export class SweepModel {
  private readonly shown = signal<SweepPage | undefined>(undefined);
  private readonly failed = signal('');
  private readonly drawn = signal<{ readonly key: string; readonly pictures: TrialPictures } | null>(null);
  private readonly unable = signal('');

  constructor(
    readonly client: Client<SweepMethods, SweepEvents>,
    readonly state: ViewState<SweepViewState>,
  ) {
    client.on('changed', () => this.pull());
  }

  /** Undefined until the host has answered. */
  get page(): SweepPage | undefined {
    return this.shown.value;
  }

  /** Why the host could not answer; empty if it could. */
  get trouble(): string {
    return this.failed.value;
  }

  readonly axes = computed(() => (this.shown.value ? axesOf(this.shown.value) : []));
  readonly brushes = computed(() => parseBrushes(this.state.value.brushes));

  /** The trials within all ranges of axes, sorted as the table is. */
  readonly listed = computed((): readonly SweepTrial[] => {
    const { sortBy, descending } = this.state.value;
    const within = (this.shown.value?.trials ?? []).filter((trial) =>
      isWithin(trial, this.axes.value, this.brushes.value),
    );
    return sorted(within, sortBy, descending);
  });

  /** The best trial: ranked first, or else with the highest bound of those that have a model. */
  readonly best = computed((): SweepTrial | undefined =>
    (this.shown.value?.trials ?? []).find(({ rank, bound }) => rank === 1 || bound !== null),
  );

  /** Pictures of the best trial; null until they are there. */
  get pictures(): TrialPictures | null {
    return this.drawn.value?.pictures ?? null;
  }

  /** Why there are no pictures; empty if there are. */
  get picturesTrouble(): string {
    return this.unable.value;
  }

  /** Selects a trial, or no longer. As many are kept as can be compared, the last ones. */
  toggle(trial: number): void {
    const { selected } = this.state.value;
    const others = selected.filter((each) => each !== trial);
    const isNew = others.length === selected.length;
    this.state.update({ selected: isNew ? [...others, trial].slice(-MAX_COMPARED_RUNS) : others });
  }

  /** @param brush null for the whole axis */
  setBrush(axis: string, brush: Brush | null): void {
    const brushes = new Map(this.brushes.peek());
    if (brush === null) brushes.delete(axis);
    else brushes.set(axis, brush);
    this.state.update({ brushes: brushesText(brushes) });
  }

  readonly clearBrushes = (): void => this.state.update({ brushes: '{}' });

  sort(by: string): void {
    const { sortBy, descending } = this.state.value;
    this.state.update({ sortBy: by, descending: by === sortBy ? !descending : false });
  }

  /** Reports failures of calls in their place; commands report their own. */
  call<K extends 'openTrial' | 'compareTrials' | 'stop' | 'goOn'>(
    method: K,
    params: Parameters<SweepMethods[K]>[0],
  ): void {
    void this.client.call(method, params as never).catch((error: unknown) => {
      this.failed.value = toFailure(error).message;
    });
  }

  readonly pull = (): void => this.pullNow();

  private readonly pullNow = latestWins<void>(async () => {
    try {
      const page = await this.client.call('sweep', {});
      this.shown.value = page;
      this.state.update({ sweep: page.uri });
      this.failed.value = '';
    } catch (error) {
      this.failed.value = toFailure(error).message;
    }
  });

  /** Asks for pictures of the best trial, unless they are there already. */
  pullPictures(): void {
    const best = this.best.peek();
    if (best !== undefined) this.picturesNow(best);
  }

  private readonly picturesNow = latestWins<SweepTrial>(async ({ number, samples }) => {
    const key = `${number} ${samples}`;
    if (this.drawn.peek()?.key === key) return;
    try {
      const pictures = await this.client.call('pictures', { trial: number });
      this.drawn.value = { key, pictures };
      this.unable.value = '';
    } catch (error) {
      this.unable.value = toFailure(error).message;
    }
  });
}
