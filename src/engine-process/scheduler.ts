/**
 * Priorities, highest first. Interactive requests precede training. So do the turns of an evaluation, which follow each other
 * at once, so that it sees one set of weights. Background work shares the engine with training.
 */
export type Priority = 'interactive' | 'evaluation' | 'training' | 'background';
const ORDER: readonly Priority[] = ['interactive', 'evaluation', 'training', 'background'];

/** Background work gets a turn after this many training turns; training always has one queued and would starve it. */
const TRAINING_TURNS = 2;

/** How long after an interactive request another one is expected, in ms: a drag goes on. */
const IN_USE_MS = 2000;

interface Turn {
  readonly run: () => Promise<void>;
}

/**
 * Lets one task at a time use the engine. Long tasks are split into short turns (about 100 ms each, less while requests come); the event loop
 * runs between turns, so that requests can arrive.
 */
export class Scheduler {
  private readonly queues = new Map<Priority, Turn[]>(ORDER.map((priority) => [priority, []]));
  private running = false;
  /** Training turns since the last background turn. */
  private trained = 0;
  private lastRequest = -Infinity;

  /** @param now ms on a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether an interactive request came within the last two seconds. */
  get isInUse(): boolean {
    return this.now() - this.lastRequest < IN_USE_MS;
  }

  turn<T>(priority: Priority, work: () => Promise<T> | T): Promise<T> {
    if (priority === 'interactive') this.lastRequest = this.now();
    return new Promise<T>((resolve, reject) => {
      this.queues.get(priority)!.push({
        run: async () => {
          await Promise.resolve().then(work).then(resolve, reject);
        },
      });
      if (!this.running) void this.pump();
    });
  }

  /**
   * Runs a generator to its end, one step a turn.
   * @param onStep is told what each step yields
   * @throws the signal's reason once it is aborted, before the next step
   */
  async drive<Y, R>(
    priority: Priority,
    steps: Generator<Y, R> | AsyncGenerator<Y, R>,
    signal: AbortSignal,
    onStep: (yielded: Y) => void = () => undefined,
  ): Promise<R> {
    for (;;) {
      signal.throwIfAborted();
      const next = await this.turn(priority, () => steps.next());
      if (next.done) return next.value;
      onStep(next.value);
    }
  }

  private async pump(): Promise<void> {
    this.running = true;
    for (;;) {
      // Run the event loop first: it sends replies and accepts requests, which may overtake queued turns.
      await new Promise((resolve) => setImmediate(resolve));
      const turn = this.next();
      if (!turn) break;
      await turn.run();
    }
    this.running = false;
  }

  private next(): Turn | undefined {
    const waiting = ORDER.filter((priority) => this.queues.get(priority)!.length > 0);
    let [first] = waiting;
    if (first === undefined) return undefined;
    const letIn = first === 'training' && this.trained >= TRAINING_TURNS && waiting.includes('background');
    if (letIn) first = 'background';
    if (first === 'training') this.trained++;
    if (first === 'background') this.trained = 0;
    return this.queues.get(first)!.shift();
  }
}
