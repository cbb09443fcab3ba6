import type { EncodeFailure, Evaluation, Reconstructions } from '../../src/protocol/engine';
import type { ExplorerEvents, RunView } from '../../src/protocol/panel';
import type { ImageCard } from '../../src/domain/pictures';
import { toFailure } from '../../src/protocol/rpc';
import type { Client, MethodName } from '../../src/protocol/rpc';
import { newestKl } from './activity';
import type { KlSource } from './activity';
import { PanelDecoder } from '../decoder/panel-decoder';
import { latestWins } from './latest-wins';
import { MetricHistory } from './metric-history';
import { PictureStore } from './picture-store';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { ifReady } from './if-ready';

export type ExplorerClient = Client<ExplorerMethods, ExplorerEvents>;
export type Card = ImageCard | EncodeFailure;
export type Source = 'run' | 'cards' | 'action';
export type Topic = 'run' | 'metrics' | 'reconstructions' | 'evaluation' | 'cards' | 'trouble';

/** Host methods without a result, whose parameters may be left out. */
export type Intent = Extract<
  MethodName<ExplorerMethods>,
  'stop' | 'pause' | 'continueTraining' | 'resume' | 'train' | 'showLog' | 'clearCards'
>;

/**
 * State of the explorer, pulled from the host. Events only signal a change; events that arrive during a pull are
 * coalesced into the next pull.
 */
export class ExplorerModel {
  /** Undefined until the host has answered; null if there is no run. */
  run: RunView | null | undefined;
  readonly history = new MetricHistory();
  /** Whether the history begins with the run; false for the end of a very long one. */
  isWholeCurve = true;
  private wholeWanted = false;
  readonly pictures: PictureStore;
  readonly decoder: PanelDecoder;
  reconstructions: Reconstructions | null = null;
  /** Result of the last evaluation of this run. */
  evaluation: Evaluation | null = null;
  cards: readonly Card[] = [];
  cardsBusy = false;
  private announced = -1;
  /** Last error per source: a successful pull must not clear the error of a failed action. */
  private readonly errorsBySource = new Map<Source, string>();
  private readonly listeners = new Map<Topic, (() => void)[]>();

  constructor(private readonly client: ExplorerClient) {
    this.pictures = new PictureStore(client);
    this.decoder = new PanelDecoder(client);
    client.on('changed', ({ step }) => {
      this.announced = step;
      this.pullRun();
    });
    client.on('reconstructed', () => this.pullReconstructions());
    client.on('cardsChanged', () => this.pullCards());
  }

  on(topic: Topic, listener: () => void): void {
    const known = this.listeners.get(topic) ?? [];
    this.listeners.set(topic, [...known, listener]);
  }

  /** The newest KL per latent dimension, or null. */
  get kl(): KlSource | null {
    return newestKl(this.history.validation.at(-1), this.evaluation);
  }

  /** Messages of unresolved errors. */
  get troubles(): readonly string[] {
    return [...new Set(this.errorsBySource.values())];
  }

  /** Clears all errors and pulls everything again. */
  retry(): void {
    this.errorsBySource.clear();
    this.tell('trouble');
    this.pullAll();
  }

  noteEvaluation(evaluation: Evaluation | null): void {
    this.evaluation = evaluation;
    this.tell('evaluation');
  }

  pullAll(): void {
    this.pullRun();
    this.pullReconstructions();
    this.pullCards();
  }

  /** Asks the host to act, then pulls the run. A failure is recorded as an error of the source `action`. */
  async ask(intent: Intent, params: { readonly learningRate?: number } = {}): Promise<void> {
    await this.attempt('action', () => this.client.call(intent, params));
    this.pullRun();
  }

  /** Runs a call. A failure is shown until a call of the same source succeeds. */
  async attempt(source: Source, call: () => Promise<unknown>): Promise<void> {
    const before = this.errorsBySource.get(source);
    try {
      await call();
      this.errorsBySource.delete(source);
    } catch (error) {
      this.errorsBySource.set(source, toFailure(error).message);
    }
    if (this.errorsBySource.get(source) !== before) this.tell('trouble');
  }

  private readonly pullRun = trigger(async () => {
    await this.attempt('run', async () => {
      const before = this.run;
      const run = await this.client.call('run', {});
      if (before != null && before.uri !== run?.uri) this.forget();
      this.run = run;
      this.decoder.follow(run && { uri: run.uri, step: run.live?.step ?? null });
      // Metrics have their own topic, so that events without new rows do not repaint the chart.
      this.tell('run');
      if (run === null) return;
      await this.pullMetrics(before, run);
      if (before !== undefined && before?.uri !== run.uri) this.pullReconstructions();
      // A newly opened window first reports no run, so there was no model to encode the images with.
      if (before === null) this.pullCards();
    });
  });

  private readonly pullReconstructions = trigger(async () => {
    try {
      this.reconstructions = await ifReady(this.client.call('reconstructions', {}));
    } catch {
      // Fails without an engine; the header shows the engine's state.
      return;
    }
    this.tell('reconstructions');
  });

  readonly pullCards = trigger(async () => {
    this.cardsBusy = true;
    this.tell('cards');
    await this.attempt('cards', async () => {
      this.cards = (await ifReady(this.client.call('cards', {}))) ?? [];
    });
    this.cardsBusy = false;
    this.tell('cards');
  });

  private async pullMetrics(before: RunView | null | undefined, run: RunView): Promise<void> {
    const { history } = this;
    const validation = history.validation.at(-1);
    const restarted = this.announced >= 0 && this.announced < history.lastStep;
    const ended = before?.outcome === 'running' && run.outcome !== 'running';
    const wanted = this.wholeWanted && !this.isWholeCurve;
    const whole = restarted || ended || wanted;
    // Rows of one step may arrive separately, and a validation row may arrive after later training rows.
    const late = run.live !== null && run.live.validationBound !== (validation?.elbo ?? null);
    const since = late ? (validation?.step ?? -1) : history.lastStep - 1;
    const from = whole ? -1 : Math.max(-1, since);
    const { rows, isWhole } = await this.client.call('metrics', {
      since: from,
      whole: this.wholeWanted && from === -1,
    });
    if (whole) history.clear();
    if (from === -1) this.isWholeCurve = isWhole;
    history.add(rows);
    if (whole || rows.length > 0) this.tell('metrics');
  }

  /** Pulls the whole curve of a run whose metrics file is very long. */
  pullWholeCurve(): void {
    this.wholeWanted = true;
    this.pullRun();
  }

  private forget(): void {
    this.history.clear();
    this.isWholeCurve = true;
    this.wholeWanted = false;
    this.pictures.clear();
    this.reconstructions = null;
    this.announced = -1;
    this.tell('metrics');
    this.tell('reconstructions');
  }

  private tell(topic: Topic): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }
}

function trigger(pull: () => Promise<void>): () => void {
  const request = latestWins<void>(pull);
  return () => request();
}
