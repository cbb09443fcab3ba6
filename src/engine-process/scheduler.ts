/**
 * What may go first. A person who waits comes before training. An evaluation that a person asked for holds training up,
 * batch by batch, so that it sees one set of weights. Background work takes what training leaves.
 */
export type Priority = 'interactive' | 'evaluation' | 'training' | 'background';
const ORDER: readonly Priority[] = ['interactive', 'evaluation', 'training', 'background'];

/** Training always has its next turn ready: background work is let in after so many of them, or it would never end. */
const TRAINING_TURNS = 2;

interface Turn {
  readonly run: () => Promise<void>;
}

/**
 * Lets one piece of work at a time use the engine. Long work comes as many short turns (about 100 ms each); between two
 * turns the event loop runs, so that requests are heard.
 */
export class Scheduler {
  private readonly queues = new Map<Priority, Turn[]>(ORDER.map((priority) => [priority, []]));
  private running = false;
  /** Turns of training since the last one of background work. */
  private trained = 0;

  turn<T>(priority: Priority, work: () => Promise<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queues.get(priority)!.push({
        run: async () => {
          await Promise.resolve().then(work).then(resolve, reject);
        },
      });
      if (!this.running) void this.pump();
    });
  }

  private async pump(): Promise<void> {
    this.running = true;
    for (;;) {
      // First the event loop: replies go out, requests come in and may overtake what already waits.
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
