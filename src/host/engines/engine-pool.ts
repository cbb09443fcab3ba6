import type { EngineMethods } from '../../protocol/schemas/engine';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { Engines } from './engines';

/**
 * Queries engines of many ended runs with few processes at once: an idle engine is stopped when another is needed. Engines that
 * were already running, for example for training, are used as they are.
 */
export class EnginePool {
  /** Runs whose engines were started here, least recently used first. */
  private readonly started = new Set<string>();
  /** Number of requests in progress, by run. */
  private readonly asking = new Map<string, number>();
  private waiting: (() => void)[] = [];

  constructor(
    private readonly engines: Pick<Engines, 'ask' | 'connection'>,
    private readonly limit: number,
  ) {}

  async ask<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    await this.begin(runFolder);
    try {
      return await this.engines.ask(runFolder, method, params, signal);
    } finally {
      this.count(runFolder, -1);
      for (const wake of this.waiting.splice(0)) wake();
    }
  }

  private count(runFolder: string, change: number): void {
    this.asking.set(runFolder, (this.asking.get(runFolder) ?? 0) + change);
  }

  private isIdle(runFolder: string): boolean {
    return (this.asking.get(runFolder) ?? 0) === 0;
  }

  /** Waits until the request fits the limit, and counts it. */
  private async begin(runFolder: string): Promise<void> {
    while (!this.admit(runFolder)) {
      const idle = [...this.started].find((each) => this.isIdle(each));
      if (idle === undefined) await new Promise<void>((resolve) => this.waiting.push(resolve));
      else await this.end(idle);
    }
    this.count(runFolder, 1);
  }

  private admit(runFolder: string): boolean {
    const known = this.started.delete(runFolder);
    if (known) this.started.add(runFolder);
    if (known || this.engines.connection(runFolder).connected) return true;
    for (const each of this.started) {
      // This engine has exited by itself.
      if (this.isIdle(each) && !this.engines.connection(each).connected) this.started.delete(each);
    }
    if (this.started.size >= this.limit) return false;
    this.started.add(runFolder);
    return true;
  }

  private async end(runFolder: string): Promise<void> {
    this.started.delete(runFolder);
    const connection = this.engines.connection(runFolder);
    // Training of this run may have started in the meantime.
    if (connection.status !== null || !connection.connected) return;
    await connection.call('stop', {}).catch(() => undefined);
    await connection.untilGone();
  }
}
