import type { Route } from '../../protocol/panel';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** What commands want the explorer to bring into view, and what they are doing meanwhile. */
export class Attention implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  private route: Route | null = null;
  private readonly works = new Set<{ readonly text: string }>();

  /** @param sayWorking says outside of the page, which may still be loading, what is done until `work` ends */
  constructor(
    private readonly sayWorking: (text: string, work: Promise<unknown>) => void = () => undefined,
  ) {}

  /** Asks the explorer to bring something into view, once it shows that run. */
  show(route: Route): void {
    this.route = route;
    this.emitter.fire();
  }

  /** Returns and clears the route into a run. @param run URI of the run that the page shows */
  take(run: string): Route | null {
    const { route } = this;
    if (route?.run !== run) return null;
    this.route = null;
    return route;
  }

  /** What a command is doing, for the line that says so; empty for nothing. */
  get working(): string {
    return [...this.works].at(-1)?.text ?? '';
  }

  /** Says what is being done while `work` goes on. */
  async during<T>(text: string, work: () => Promise<T>): Promise<T> {
    const entry = { text };
    this.works.add(entry);
    this.emitter.fire();
    try {
      const working = work();
      const ended = working.then(
        () => undefined,
        () => undefined,
      );
      this.sayWorking(text, ended);
      return await working;
    } finally {
      this.works.delete(entry);
      this.emitter.fire();
    }
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
