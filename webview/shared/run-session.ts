import { computed, effect, signal } from '@preact/signals';
import type { EncodeFailure, Evaluation, Reconstructions } from '../../src/protocol/engine';
import type { MapSet } from '../../src/protocol/map';
import type { RunAction, RunView } from '../../src/protocol/panel';
import type { ImageCard } from '../../src/domain/pictures';
import { RpcError, toFailure } from '../../src/protocol/rpc';
import type { MethodName } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { PanelDecoder } from '../decoder/panel-decoder';
import { newestKl } from './activity';
import type { KlSource } from './activity';
import type { Choices } from './choices';
import { Evaluator } from './evaluator';
import type { ExplorerClient } from './explorer-client';
import { Inspector } from './inspector';
import { ifReady } from './if-ready';
import { latestWins } from './latest-wins';
import { MetricHistory } from './metric-history';
import { PictureStore } from './picture-store';
import { Query } from './query';
import { Selection } from './selection';
import { Time } from './time';
import { UndoHistory } from './undo-history';
import type { TabId } from '../../src/protocol/panel';
import type { ViewState } from './view-state';

export type { ExplorerClient } from './explorer-client';
export type Card = ImageCard | EncodeFailure;
type Source = 'run' | 'cards' | 'action';
/** Parts of tabs that a command ends with. */
export type TabPart = 'curve' | 'direction' | 'analogy';

/** Host methods without a result, whose parameters may be left out. */
export type Intent = Extract<
  MethodName<ExplorerMethods>,
  'stop' | 'pause' | 'continueTraining' | 'resume' | 'train' | 'showLog' | 'clearCards'
>;

/** What differs in a page without a host. */
export interface SessionOptions {
  /** Decodes for the page; absent for the panel's own decoder. */
  readonly decoder?: PanelDecoder;
  /** Ids of the images whose pictures are there; absent if all can be asked for. */
  readonly pictured?: ReadonlySet<string>;
  /** Whether there are files of images that can be opened; absent for true. */
  readonly opensFiles?: boolean;
}

/**
 * What the explorer knows of one run while it shows it, pulled from the host. Views read its properties as signals: a component
 * that reads one is drawn again when it changes. With another run on the page this session ends: its calls are cancelled, and
 * what still arrives reaches nobody, so nothing of one run stands under the name of another.
 */
export class RunSession {
  readonly client: ExplorerClient;
  readonly uri: string;
  readonly pictures: PictureStore;
  readonly decoder: PanelDecoder;
  readonly opensFiles: boolean;
  readonly inspector: Inspector;
  /** What the person changed, to be undone. */
  readonly changes = new UndoHistory();
  readonly selection: Selection;
  readonly time: Time;
  readonly evaluator = new Evaluator(this);
  private readonly runSignal;
  private readonly metrics = new MetricHistory();
  private readonly metricsRevision = signal(0);
  private readonly metricsAsked = signal(false);
  private readonly wholeCurve = signal(true);
  private wholeWanted = false;
  private readonly reconstructionsSignal = signal<Reconstructions | null>(null);
  private readonly evaluationSignal = signal<Evaluation | null>(null);
  private readonly cardsSignal = signal<readonly Card[]>([]);
  private readonly cardsBusySignal = signal(false);
  /** Last error per source: a successful pull must not clear the error of a failed action. */
  private readonly errors = signal<ReadonlyMap<Source, string>>(new Map());
  private readonly queries = new Map<string, unknown>();
  private readonly end = new AbortController();
  private readonly ends: (() => void)[] = [];

  /** @param state choices of the person, of this run and its dataset */
  constructor(
    client: ExplorerClient,
    run: RunView,
    readonly state: ViewState<Choices>,
    { decoder, pictured, opensFiles = true }: SessionOptions = {},
  ) {
    this.uri = run.uri;
    this.runSignal = signal(run);
    this.client = this.own(client);
    this.pictures = new PictureStore(this.client, pictured);
    this.decoder = decoder ?? new PanelDecoder(this.client);
    this.opensFiles = opensFiles;
    this.atEnd(() => this.decoder.follow(null));
    this.whenever(() => this.decoder.follow({ uri: this.uri, step: this.run.live?.step ?? null }));
    this.inspector = new Inspector(state);
    this.selection = new Selection(state, this.changes);
    this.time = new Time(this);
    this.client.on('reconstructed', () => this.pullReconstructions());
    this.client.on('cardsChanged', () => this.pullCards());
    this.whenever(() => {
      const ids = this.selection.ids.value;
      // Nothing is lost without it: a program reads an older selection.
      void this.client.call('noteSelection', { ids }).catch(() => undefined);
    });
    this.pullMetrics(null, run, -1);
    this.pullAll();
  }

  get run(): RunView {
    return this.runSignal.value;
  }

  get history(): MetricHistory {
    void this.metricsRevision.value;
    return this.metrics;
  }

  /** Whether the history begins with the run; false for the end of a very long one. */
  get isWholeCurve(): boolean {
    return this.wholeCurve.value;
  }

  get reconstructions(): Reconstructions | null {
    return this.reconstructionsSignal.value;
  }

  /** Result of the last evaluation of this run. */
  get evaluation(): Evaluation | null {
    return this.evaluationSignal.value;
  }

  get cards(): readonly Card[] {
    return this.cardsSignal.value;
  }

  get cardsBusy(): boolean {
    return this.cardsBusySignal.value;
  }

  /** The newest KL per latent dimension, or null. */
  get kl(): KlSource | null {
    return newestKl(this.history.validation.at(-1), this.evaluation);
  }

  /** Whether `kl` says all that is known: the curve has been asked for, and has come unless there is none. */
  get isKlKnown(): boolean {
    return this.metricsAsked.value;
  }

  /** Messages of unresolved errors. */
  get troubles(): readonly string[] {
    return [...new Set(this.errors.value.values())];
  }

  /** Which engine there is to ask: a change is a reason to ask again. */
  readonly engine = computed((): 'none' | 'preparing' | 'live' => {
    const state = this.run.live?.state;
    return state === undefined ? 'none' : state === 'preparing' ? 'preparing' : 'live';
  });

  /** Whether the run has a latent space and is past preparation, so its model can be explored. */
  readonly isExplorable = computed(() => this.run.latent > 0 && this.engine.value !== 'preparing');

  /** The images of the map; null until it is made. Set by the map, the one that pulls it. */
  readonly mapSet = signal<MapSet | null>(null);

  /** Step of the newest weights that the engine has told of; -1 before it has. */
  readonly weightsStep = computed(() => this.reconstructions?.step ?? -1);

  /** Returns the session's query of this name, made on first use. */
  query<Q, A>(name: string, ask: (question: Q) => Promise<A>): Query<Q, A> {
    const known = this.queries.get(name) as Query<Q, A> | undefined;
    const query = known ?? new Query(ask);
    this.queries.set(name, query);
    return query;
  }

  /** Part of the tab in front that is to be scrolled into view, until it is there. */
  readonly sought = signal<TabPart | null>(null);

  /** Brings a tab of the workbench to the front. @param part what of it is to be in view */
  go(tab: TabId, part: TabPart | null = null): void {
    this.sought.value = part;
    this.state.update({ tab });
  }

  /** Runs `work` now and whenever a signal that it reads changes, until the session ends. */
  whenever(work: () => void): void {
    this.ends.push(effect(work));
  }

  /** Calls `end` when the session ends. */
  atEnd(end: () => void): void {
    this.ends.push(end);
  }

  dispose(): void {
    for (const end of this.ends.splice(0)) end();
    this.end.abort();
  }

  /** Takes over the run's new state, and pulls what has changed with it. @param announced step that the host announced; -1 for none */
  update(run: RunView, announced: number): void {
    const before = this.run;
    this.runSignal.value = run;
    this.pullMetrics(before, run, announced);
  }

  /** Clears all errors and pulls everything again. */
  retry(): void {
    this.errors.value = new Map();
    this.pullAll();
  }

  noteEvaluation(evaluation: Evaluation | null): void {
    this.evaluationSignal.value = evaluation;
  }

  pullAll(): void {
    this.pullReconstructions();
    this.pullCards();
  }

  /** Asks the host to act. A failure is recorded as an error of the source `action`. */
  ask(intent: Intent, params: { readonly learningRate?: number } = {}): Promise<void> {
    return this.attempt('action', () => this.client.call(intent, params));
  }

  /** Begins an action on the run, as its command does. */
  act(action: RunAction): Promise<void> {
    return this.attempt('action', () => this.client.call('actOnRun', { action }));
  }

  /** Runs a call. A failure is shown until a call of the same source succeeds. */
  async attempt(source: Source, call: () => Promise<unknown>): Promise<void> {
    const note = (message: string | null): void => {
      if ((this.errors.value.get(source) ?? null) === message) return;
      const errors = new Map(this.errors.value);
      if (message === null) errors.delete(source);
      else errors.set(source, message);
      this.errors.value = errors;
    };
    try {
      await call();
      note(null);
    } catch (error) {
      note(toFailure(error).message);
    }
  }

  private readonly pullReconstructions = trigger(async () => {
    try {
      const made = await ifReady(this.client.call('reconstructions', {}));
      // An engine that has just opened the model has none yet: those of the engine before it are shown until then.
      if (made !== null) this.reconstructionsSignal.value = made;
    } catch {
      // Fails without an engine; the header shows the engine's state.
      return;
    }
  });

  readonly pullCards = trigger(async () => {
    this.cardsBusySignal.value = true;
    await this.attempt('cards', async () => {
      this.cardsSignal.value = (await ifReady(this.client.call('cards', {}))) ?? [];
    });
    this.cardsBusySignal.value = false;
  });

  /** Pulls the whole curve of a run whose metrics file is very long. */
  pullWholeCurve(): void {
    this.wholeWanted = true;
    this.pullMetrics(this.run, this.run, -1);
  }

  /** What the requests since the last pull have seen: each is replaced by a later one, but the end of a run counts all the same. */
  private unseen: { readonly before: RunView | null; readonly announced: number } | null = null;

  private pullMetrics(before: RunView | null, run: RunView, announced: number): void {
    const earlier = this.unseen;
    const steps = [announced, earlier?.announced ?? -1].filter((step) => step >= 0);
    this.unseen = {
      before: earlier === null ? before : earlier.before,
      announced: steps.length === 0 ? -1 : Math.min(...steps),
    };
    this.requestMetrics({ ...this.unseen, run });
  }

  private readonly requestMetrics = latestWins(({ before, run, announced }: MetricsRequest) => {
    this.unseen = null;
    const added = this.attempt('run', () => this.addMetrics(before, run, announced));
    return added.then(() => void (this.metricsAsked.value = true));
  });

  private async addMetrics(before: RunView | null, run: RunView, announced: number): Promise<void> {
    const { metrics } = this;
    const validation = metrics.validation.at(-1);
    const restarted = announced >= 0 && announced < metrics.lastStep;
    const ended = before?.outcome === 'running' && run.outcome !== 'running';
    const wanted = this.wholeWanted && !this.wholeCurve.value;
    const whole = restarted || ended || wanted;
    // Rows of one step may arrive separately, and a validation row may arrive after later training rows.
    const late = run.live !== null && run.live.validationBound !== (validation?.elbo ?? null);
    const since = late ? (validation?.step ?? -1) : metrics.lastStep - 1;
    const from = whole ? -1 : Math.max(-1, since);
    const { rows, isWhole } = await this.client.call('metrics', {
      since: from,
      whole: this.wholeWanted && from === -1,
    });
    if (whole) metrics.clear();
    if (from === -1) this.wholeCurve.value = isWhole;
    metrics.add(rows);
    if (whole || rows.length > 0) {
      this.metricsRevision.value++;
    }
  }

  /** The client for this session: what it calls and listens to ends with the session. */
  private own(client: ExplorerClient): ExplorerClient {
    const ended = this.end.signal;
    return {
      call: (method, params, signal) => {
        if (ended.aborted) return Promise.reject(new RpcError('superseded', 'another run is shown'));
        return client.call(method, params, signal ? AbortSignal.any([signal, ended]) : ended);
      },
      on: (event, listener) => {
        const listening = client.on(event, listener);
        this.atEnd(() => listening.dispose());
        return listening;
      },
      closed: client.closed,
      dispose: () => client.dispose(),
    };
  }
}

interface MetricsRequest {
  readonly before: RunView | null;
  readonly run: RunView;
  /** Step that the host announced; -1 for none. */
  readonly announced: number;
}

function trigger(pull: () => Promise<void>): () => void {
  const request = latestWins<void>(pull);
  return () => request();
}
