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

/** The compared runs and their curves, pulled from the host. */
export class CompareModel {
  /** Undefined until the host has answered; null if no runs are compared. */
  view: CompareView | null | undefined;
  trouble = '';
  private names: ReadonlyMap<string, string> = new Map();
  private readonly histories = new Map<string, MetricHistory>();
  private readonly listeners: (() => void)[] = [];
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

  on(listener: () => void): void {
    this.listeners.push(listener);
  }

  get runs(): readonly RunToCompare[] {
    return this.view?.runs ?? [];
  }

  history(uri: string): MetricHistory {
    const known = this.histories.get(uri) ?? new MetricHistory();
    this.histories.set(uri, known);
    return known;
  }

  /** Returns a short name, unique among the runs. */
  name({ uri, name }: RunToCompare): string {
    return this.names.get(uri) ?? name;
  }

  /** Returns the run's colour, the same in every section, as CSS. */
  colour(uri: string, light: boolean): string {
    const number = this.runs.findIndex((run) => run.uri === uri);
    return css(categoryStyle(Math.max(0, number), light).colour);
  }

  /** Changes when pictures should be requested again: for another run, when a run ends, and with each validation. */
  get key(): string {
    return this.runs
      .map(
        ({ uri, outcome, step, validation }) => `${uri} ${outcome === 'running' ? validation?.elbo : step}`,
      )
      .join('\n');
  }

  readonly pull = (): void => this.pullNow();

  private readonly pullNow = latestWins<void>(async () => {
    clearTimeout(this.timer);
    this.timer = undefined;
    try {
      const view = await this.client.call('comparison', {});
      const rows = await Promise.all(
        (view?.runs ?? []).map(({ uri }) => this.client.call('curve', { run: uri })),
      );
      this.view = view;
      this.names = runNames(view?.runs ?? []);
      view?.runs.forEach(({ uri }, i) => {
        const history = this.history(uri);
        history.clear();
        history.add(rows[i]!);
      });
      this.state.update({ runs: this.runs.map(({ uri }) => uri) });
      this.trouble = '';
    } catch (error) {
      this.trouble = toFailure(error).message;
    }
    for (const listener of this.listeners) listener();
  });
}
