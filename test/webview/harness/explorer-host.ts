import { MNIST_FINGERPRINTS } from '../../../src/paper/setting';
import type { EncodeFailure, EngineStatus, Evaluation, Reconstructions } from '../../../src/protocol/engine';
import type { MetricRow } from '../../../src/domain/metrics';
import type { ExplorerEvents, Route, RunView } from '../../../src/protocol/panel';
import type { ImageCard } from '../../../src/domain/pictures';
import { RpcError, serve } from '../../../src/protocol/rpc';
import type { Handlers, Transport } from '../../../src/protocol/rpc';
import { decoderHandlers } from './decoders';
import { ClassifierHost } from './classifier';
import { DirectionsHost } from './directions';
import { mapAnalysisHandlers } from './map-analysis';
import { MapHost } from './map-host';
import { latentHandlers } from './latent';
import { glyphs, imageCard, metricRows, wobble } from './shapes';
import { timeHandlers } from './time';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';

const TOTAL = 10_000_000;
const RUN_URI = 'file:///data/.vae/runs/20250101-120000-digits';

/** A host with made-up data behind the real protocol: a double of the transport's other end, for the harness only. */
export class ExplorerHost {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  /** What was asked of latent space: views ask by themselves, so these are kept apart. */
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  /** Looks at the map that are under way, and the most there ever were at once. */
  readonly probes = { now: 0, outstanding: 0 };
  rows: MetricRow[] = [];
  cards: (ImageCard | EncodeFailure)[] = [];
  live: EngineStatus | null;
  outcome: RunView['outcome'] = 'running';
  message = '';
  private route: Route | null = null;
  private working = '';
  /** Whether evaluations go on until they are cancelled. */
  evaluationWaits = false;
  step = 0;
  readonly map: MapHost;
  readonly directions: DirectionsHost;
  readonly classifier: ClassifierHost;
  /** What it answers. */
  readonly methods: readonly (keyof ExplorerMethods)[];
  /** Whether the workspace is trusted. */
  isTrusted = true;
  private stepsPerRow = 10;
  private readonly emit: <K extends keyof ExplorerEvents>(event: K, data: ExplorerEvents[K]) => void;

  constructor(
    transport: Transport,
    readonly scenario: string,
  ) {
    this.live = status('training', 0);
    this.begin(scenario);
    this.map = new MapHost(scenario, (method, params) => this.calls.push({ method, params }));
    this.classifier = new ClassifierHost(
      (method, params) => this.asked.push({ method, params }),
      () => this.emit('classifierChanged', {}),
      () => this.step,
    );
    this.map.moreFields = (classes) =>
      this.classifier.hasColumns
        ? [
            { name: 'predicted class', names: this.classifier.classes },
            ...classes.map((name) => ({ name: `probability: ${name}`, names: null })),
          ]
        : [];
    this.directions = new DirectionsHost(
      () => this.step,
      (method, params) => this.asked.push({ method, params }),
      () => this.emit('directionsChanged', {}),
    );
    const handlers = this.holding(this.handlers());
    this.methods = Object.keys(handlers) as (keyof ExplorerMethods)[];
    const server = serve<ExplorerMethods, ExplorerEvents>(transport, handlers);
    this.emit = (event, data) => server.emit(event, data);
  }

  /** The newest answer of each method. */
  readonly answered = new Map<string, Promise<unknown>>();
  private readonly held = new Map<string, Promise<void>>();

  /** Holds back all answers of this method until what is returned is called. */
  hold(method: keyof ExplorerMethods): () => void {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    this.held.set(method, held);
    return () => {
      this.held.delete(method);
      release();
    };
  }

  private holding(handlers: Handlers<ExplorerMethods>): Handlers<ExplorerMethods> {
    const holding = Object.entries<(...args: never[]) => unknown>(handlers).map(([method, handler]) => [
      method,
      async (...args: never[]) => {
        await this.held.get(method);
        const answer = handler(...args);
        this.answered.set(method, Promise.resolve(answer));
        return answer;
      },
    ]);
    return Object.fromEntries(holding) as Handlers<ExplorerMethods>;
  }

  /** Trains on: rows up to `step`, and the event that says so. */
  advance(steps: number): void {
    this.rows.push(...metricRows(this.step, this.step + steps, this.stepsPerRow));
    this.step += steps;
    if (this.live !== null) this.live = status(this.live.state, this.step);
    this.changed(this.step);
    this.emit('reconstructed', { step: this.step });
  }

  /** As a command does. */
  attend(route: Omit<Route, 'run'> | null, working = ''): void {
    this.route = route && { ...route, run: this.view()?.uri ?? '' };
    this.working = working;
    this.emit('attentionChanged', {});
  }

  private changed(step: number): void {
    this.emit('changed', { step, run: this.view()?.uri ?? null });
  }

  /** Takes rows back to an earlier step, as a resumed run does. */
  rewind(step: number): void {
    this.rows = this.rows.filter((row) => row.step <= step);
    this.step = step;
    this.changed(step);
  }

  /** Shows other cards. */
  encode(cards: (ImageCard | EncodeFailure)[]): void {
    this.cards = cards;
    this.emit('cardsChanged', {});
  }

  /** As `VAE: Show on Map` does. */
  showOnMap(ids: readonly string[]): void {
    this.map.focus = ids;
    this.emit('mapFocusChanged', {});
  }

  private begin(scenario: string): void {
    const upTo = (step: number, every: number): void => {
      this.stepsPerRow = every;
      this.rows = metricRows(0, step, every);
      this.step = step;
      this.live = status('training', step);
    };
    const end = (outcome: RunView['outcome'], message: string): void => {
      this.outcome = outcome;
      this.message = message;
      this.live = null;
    };
    if (scenario === 'long') upTo(200_000, 11);
    else if (scenario === 'preparing')
      this.live = { ...status('preparing', 0), message: 'reading images 1,200 / 5,000' };
    else if (scenario === 'paper-start') upTo(1000, 10);
    else if (scenario !== 'fresh') upTo(24_000, 50);
    if (scenario === 'paused') this.live = status('paused', this.step);
    if (scenario === 'finished') end('finished', 'all 2,400,000 samples are done');
    if (scenario === 'interrupted') end('interrupted', '');
    if (scenario === 'failed') {
      end(
        'failed',
        'The bound was not finite at step 310 (got NaN, expected a number): try a smaller learning rate.',
      );
      this.rows = metricRows(0, 300, 10);
    }
    if (scenario === 'collapsed')
      this.rows = this.rows.map((row) =>
        row.type === 'train' || row.step < 10_000
          ? row
          : { ...row, klPerDimension: row.klPerDimension.map((kl, d) => (d === 4 ? kl : 0.0004)) },
      );
    if (scenario === 'cards' || scenario === 'directions') this.cards = exampleCards();
    if (scenario === 'wide')
      this.cards = [imageCard('sprite-01.png', 3, 200, 3), imageCard('sprite-02.png', 8, 200, 3)];
  }

  private view(): RunView | null {
    if (this.scenario === 'empty') return null;
    const paper = this.scenario.startsWith('paper');
    return {
      uri: RUN_URI,
      name: '20250101-120000-digits',
      notes: '',
      tags: [],
      preset: 'aevb',
      algorithm: 'aevb',
      dataset: paper ? 'mnist, 70,000 images of 28 × 28' : 'digits, 60,000 images of 28 × 28',
      latent: 20,
      layers: [784, 500, 20, 500, 784],
      fingerprint: paper ? MNIST_FINGERPRINTS[0]! : '0'.repeat(64),
      boundLabel: 'grey values under Bernoulli: not a log-likelihood',
      objective: { estimator: 'analytic-kl', beta: this.scenario === 'collapsed' ? 4 : 1, freeBits: 0 },
      live: this.live,
      cluster: null,
      outcome: this.outcome,
      message: this.message,
      lowerLearningRate: null,
      ...(this.isTrusted ? {} : { mayOpenModels: false }),
    };
  }

  private handlers(): Handlers<ExplorerMethods> {
    const record = (method: string, params: unknown): void => void this.calls.push({ method, params });
    const change = (state: EngineStatus['state']): void => {
      if (this.live !== null) this.live = status(state, this.step);
      this.changed(this.step);
    };
    return {
      ...latentHandlers(
        () => this.step,
        (method, params) => this.asked.push({ method, params }),
        this.probes,
        () => this.map.set !== null,
      ),
      ...decoderHandlers(
        this.scenario,
        RUN_URI,
        () => this.step,
        (method, params) => this.asked.push({ method, params }),
      ),
      run: () => {
        if (this.scenario === 'gone')
          throw new RpcError('failed', 'The engine does not answer. Its log may say why.');
        return this.view();
      },
      metrics: ({ since }) => ({ rows: this.rows.filter((row) => row.step > since), isWhole: true }),
      reconstructions: () => (this.step === 0 ? null : reconstructionsAt(this.step)),
      cards: () => this.cards,
      attention: () => {
        const { route } = this;
        this.route = null;
        return { route, working: this.working };
      },
      noteSelection: () => undefined,
      clearCards: () => void (this.cards = []),
      evaluate: (params, signal) => {
        record('evaluate', params);
        if (!this.evaluationWaits) return exampleEvaluation(this.step);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new RpcError('cancelled', 'cancelled'))),
        );
      },
      stop: (params) => {
        record('stop', params);
        this.live = null;
        this.outcome = 'stopped';
        this.changed(this.step);
      },
      pause: (params) => {
        record('pause', params);
        change('paused');
      },
      continueTraining: (params) => {
        record('continueTraining', params);
        change('training');
      },
      resume: (params) => record('resume', params),
      train: (params) => record('train', params),
      removeCards: ({ uris }) => {
        this.cards = this.cards.filter(({ uri }) => !uris.includes(uri));
        this.emit('cardsChanged', {});
      },
      interpolateTray: (params) => record('interpolateTray', params),
      openImage: (params) => {
        record('openImage', params);
        throw new RpcError('bad-input', 'This image lies outside the dataset folder.');
      },
      showLog: (params) => record('showLog', params),
      keepSnapshots: (params) => record('keepSnapshots', params),
      actOnRun: (params) => record('actOnRun', params),
      ...this.map.handlers(),
      ...this.directions.handlers(),
      ...this.classifier.handlers(),
      ...timeHandlers(this.scenario, this.map, record),
      ...mapAnalysisHandlers,
    };
  }
}

function exampleEvaluation(step: number): Evaluation {
  return {
    ...{ split: 'test', count: 500, step, samplesPerDatapoint: 1, seed: 0 },
    ...{ elbo: -104.31, reconstruction: -79.87, kl: 24.44, standardError: 1.12 },
    klPerDimension: Float32Array.from({ length: 20 }, (_, d) => 24.44 / 20 + (d - 9.5) / 20),
    label: 'grey values under Bernoulli: not a log-likelihood',
    activeUnits: 18,
    bitsPerDimension: null,
    importance: { k: 500, value: -99.82, standardError: 1.09, bitsPerDimension: null },
  };
}

export const HOSTILE_NAME = '<img src=x onerror="document.title=1">.png';

function exampleCards(): (ImageCard | EncodeFailure)[] {
  return [
    imageCard(HOSTILE_NAME, 1, 20),
    imageCard('seven-0042.png', 12, 20),
    {
      uri: 'file:///data/broken%20file.png',
      error:
        'Not a picture we can read: the PNG ends after 512 bytes, 3,018 were announced. Save it again and retry.',
    },
    imageCard('a rather long file name that does not fit into one line of a card.png', 27, 20),
  ];
}

function reconstructionsAt(step: number): Reconstructions {
  const points = Array.from({ length: 16 }, (_, i) => [1.4 * wobble(i + 1), 1.5 * wobble(i + 40)] as const);
  return {
    ids: points.map((_, i) => `digits/${String(i).padStart(4, '0')}.png`),
    originals: glyphs(points, 1, 0),
    reconstructions: glyphs(points, 1, 0.06 + 0.5 / (1 + step / 300)),
    step,
  };
}

function status(state: EngineStatus['state'], step: number): EngineStatus {
  const last = metricRows(Math.max(0, step - 1000), step, 50)
    .filter((row) => row.type === 'validation')
    .at(-1);
  return {
    state,
    message: '',
    runUri: RUN_URI,
    step,
    samples: step * 100,
    totalSamples: TOTAL,
    samplesPerSecond: 24_130,
    secondsLeft: (TOTAL - step * 100) / 24_130,
    trainBound: null,
    validationBound: last?.elbo ?? null,
    engine: 'tensorflow (2 threads)',
    dataset: [
      { title: 'dataset', text: 'digits, a folder', level: 'info' },
      { title: 'images', text: '60,000 used, 1,203 skipped', level: 'info' },
      {
        title: 'skipped',
        text: '1,200: not an image (notes.txt, thumbs.db and 1,198 more)',
        level: 'warning',
      },
      { title: 'skipped', text: '3: cut off after 12 bytes (digits/7.png and 2 more)', level: 'warning' },
    ],
  };
}
