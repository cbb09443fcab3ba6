/** Stands in for `node:events`. */

type Listener = (...args: unknown[]) => void;

export class EventEmitter {
  private readonly listenersByEvent = new Map<string, readonly Listener[]>();

  on(event: string, listener: Listener): this {
    this.listenersByEvent.set(event, [...this.listeners(event), listener]);
    return this;
  }

  once(event: string, listener: Listener): this {
    const only: Listener = (...args) => {
      this.off(event, only);
      listener(...args);
    };
    return this.on(event, only);
  }

  off(event: string, listener: Listener): this {
    const others = this.listeners(event).filter((each) => each !== listener);
    this.listenersByEvent.set(event, others);
    return this;
  }

  /** Returns whether anybody listens. */
  emit(event: string, ...args: unknown[]): boolean {
    const all = this.listeners(event);
    for (const listener of all) listener(...args);
    return all.length > 0;
  }

  listeners(event: string): readonly Listener[] {
    return this.listenersByEvent.get(event) ?? [];
  }

  listenerCount(event: string): number {
    return this.listeners(event).length;
  }
}
