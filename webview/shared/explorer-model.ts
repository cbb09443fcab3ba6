import type { EncodeFailure, Evaluation, Reconstructions } from '../../src/protocol/engine';
import type { ExplorerEvents, ExplorerMethods, RunView } from '../../src/protocol/panel';
import type { ImageCard } from '../../src/domain/pictures';
import { toFailure } from '../../src/protocol/rpc';
import type { Client, MethodName } from '../../src/protocol/rpc';
import { newestKl } from './activity';
import type { KlSource } from './activity';
import { latestWins } from './latest-wins';
import { MetricHistory } from './metric-history';

export type ExplorerClient = Client<ExplorerMethods, ExplorerEvents>;
export type Card = ImageCard | EncodeFailure;
export type Source = 'run' | 'cards' | 'action';
export type Topic = 'run' | 'metrics' | 'reconstructions' | 'evaluation' | 'cards' | 'trouble';

/** Calls without an argument whose answer is only that it was done. */
export type Intent = Extract<
  MethodName<ExplorerMethods>,
  'stop' | 'pause' | 'continueTraining' | 'resume' | 'train' | 'showLog' | 'clearCards'
>;

/**
 * What the explorer shows, pulled from the host. Events only say that something changed; while a pull is under way,
 * further ones are folded into the next.
 */
export class ExplorerModel {
  /** Undefined until the host has answered; null where there is no run. */
  run: RunView | null | undefined;
  readonly history = new MetricHistory();
  reconstructions: Reconstructions | null = null;
  /** The last one that was asked for of this run. */
  evaluation: Evaluation | null = null;
  cards: readonly Card[] = [];
  cardsBusy = false;
  private announced = -1;
  /** What failed last, by kind of call: a pull that works must not wipe away why a button did not. */
  private readonly errorsBySource = new Map<Source, string>();
  private readonly listeners = new Map<Topic, (() => void)[]>();

  constructor(private readonly client: ExplorerClient) {
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

  /** The newest KL of each latent dimension, or null. */
  get kl(): KlSource | null {
    return newestKl(this.history.validation.at(-1), this.evaluation);
  }

  /** Failures that still stand, for people. */
  get troubles(): readonly string[] {
    return [...new Set(this.errorsBySource.values())];
  }

  /** Forgets what failed and asks for everything anew. */
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

  /** Asks the host to act, and says so where it could not. */
  async ask(intent: Intent): Promise<void> {
    await this.attempt('action', () => this.client.call(intent, {}));
    this.pullRun();
  }

  /** Runs a call whose failure is shown until a call of the same kind works. */
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
      // Empty-handed events must not repaint a chart: metrics have a topic of their own.
      this.tell('run');
      if (run === null) return;
      await this.pullMetrics(before, run);
      if (before !== undefined && before?.uri !== run.uri) this.pullReconstructions();
      // A window that has just been opened knows no run at first, and there was nothing to encode the images with.
      if (before === null) this.pullCards();
    });
  });

  private readonly pullReconstructions = trigger(async () => {
    try {
      this.reconstructions = await this.client.call('reconstructions', {});
    } catch {
      // Without an engine there are none; the header says what became of it.
      return;
    }
    this.tell('reconstructions');
  });

  readonly pullCards = trigger(async () => {
    this.cardsBusy = true;
    this.tell('cards');
    await this.attempt('cards', async () => {
      this.cards = await this.client.call('cards', {});
    });
    this.cardsBusy = false;
    this.tell('cards');
  });

  private async pullMetrics(before: RunView | null | undefined, run: RunView): Promise<void> {
    const { history } = this;
    const validation = history.validation.at(-1);
    const restarted = this.announced >= 0 && this.announced < history.lastStep;
    const ended = before?.outcome === 'running' && run.outcome !== 'running';
    const whole = restarted || ended;
    // Rows of one step may arrive one after the other, and a validation later than the training rows after it.
    const late = run.live !== null && run.live.validationBound !== (validation?.elbo ?? null);
    const since = late ? (validation?.step ?? -1) : history.lastStep - 1;
    const rows = await this.client.call('metrics', { since: whole ? -1 : Math.max(-1, since) });
    if (whole) history.clear();
    history.add(rows);
    if (whole || rows.length > 0) this.tell('metrics');
  }

  private forget(): void {
    this.history.clear();
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
