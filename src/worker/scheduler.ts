/**
 * What may go first. A person who waits comes before training. An evaluation that a person asked for holds training up,
 * batch by batch, so that it sees one set of weights.
 */
export type Priority = 'interactive' | 'evaluation' | 'training';
const ORDER: readonly Priority[] = ['interactive', 'evaluation', 'training'];

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
      const turn = ORDER.map((priority) => this.queues.get(priority)!)
        .find((queue) => queue.length > 0)
        ?.shift();
      if (!turn) break;
      await turn.run();
    }
    this.running = false;
  }
}
