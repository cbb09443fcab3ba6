import { computed, signal } from '@preact/signals';
import type { CompareEvents, CompareView, RunToCompare } from '../../src/protocol/compare';
import { toFailure } from '../../src/protocol/rpc';
import type { Client } from '../../src/protocol/rpc';
import { MetricHistory } from '../shared/metric-history';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { categoryStyle, css } from '../shared/palette';
import { runNames } from './name';
import type { CompareState } from './view-state';
import type { CompareMethods } from '../../src/protocol/schemas/compare';

/** Throttle for refreshes: a training run changes many times a second. */
const REFRESH_DELAY_MS = 2000;

export type CompareClient = Client<CompareMethods, CompareEvents>;

/** The compared runs and their curves, pulled from the host. Its properties are signals: a component that reads one is drawn again. */
export class CompareModel {
  private readonly shown = signal<CompareView | null | undefined>(undefined);
  private readonly failed = signal('');
  private readonly histories = new Map<string, MetricHistory>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly client: CompareClient,
    readonly state: ViewState<CompareState>,
  ) {
    client.on('chosen', () => this.pull());
    client.on('changed', () => {
      this.timer ??= setTimeout(this.pull, REFRESH_DELAY_MS);
    });
  }

  /** Undefined until the host has answered; null if no runs are compared. */
  get view(): CompareView | null | undefined {
    return this.shown.value;
  }

  /** Why the host could not answer; empty if it could. */
  get trouble(): string {
    return this.failed.value;
  }

  get runs(): readonly RunToCompare[] {
    return this.view?.runs ?? [];
  }

  /** Returns the curve of a run; it is another one after each pull. */
  history(uri: string): MetricHistory {
    void this.shown.value;
    const known = this.histories.get(uri) ?? new MetricHistory();
    this.histories.set(uri, known);
    return known;
  }

  /** Returns a short name, unique among the runs. */
  name({ uri, name }: RunToCompare): string {
    return this.names.value.get(uri) ?? name;
  }

  private readonly names = computed(() => runNames(this.runs));

  /** Returns the run's colour, the same in every section, as CSS. */
  colour(uri: string, light: boolean): string {
    const number = this.runs.findIndex((run) => run.uri === uri);
    return css(categoryStyle(Math.max(0, number), light).colour);
  }

  /** Changes when pictures should be requested again: for another run, when a run ends, and with each validation. */
  readonly key = computed(() =>
    this.runs
      .map(
        ({ uri, outcome, step, validation }) => `${uri} ${outcome === 'running' ? validation?.elbo : step}`,
      )
      .join('\n'),
  );

  readonly pull = (): void => this.pullNow();

  private readonly pullNow = latestWins<void>(async () => {
    clearTimeout(this.timer);
    this.timer = undefined;
    try {
      const view = await this.client.call('comparison', {});
      const rows = await Promise.all(
        (view?.runs ?? []).map(({ uri }) => this.client.call('curve', { run: uri })),
      );
      view?.runs.forEach(({ uri }, i) => {
        const history = new MetricHistory();
        history.add(rows[i]!);
        this.histories.set(uri, history);
      });
      this.shown.value = view;
      this.state.update({ runs: this.runs.map(({ uri }) => uri) });
      this.failed.value = '';
    } catch (error) {
      this.failed.value = toFailure(error).message;
    }
  });
}
