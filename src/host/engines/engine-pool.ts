import type { EngineMethods } from '../../protocol/engine';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { Engines } from './engines';

/**
 * Asks engines of many ended runs with few processes at once: one that nobody is asking just now is ended where another is
 * wanted. Engines that were there before, such as those that train, are asked as they are.
 */
export class FewEngines {
  /** Runs whose engines were started here, those asked longest ago first. */
  private readonly started = new Set<string>();
  /** Questions under way, by run. */
  private readonly asking = new Map<string, number>();
  private waiting: (() => void)[] = [];

  constructor(
    private readonly engines: Pick<Engines, 'ask' | 'attachment'>,
    private readonly most: number,
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

  /** Resolves once the question keeps within the bound; it counts from then on. */
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
    if (known || this.engines.attachment(runFolder).connected) return true;
    for (const each of this.started) {
      // It has ended by itself.
      if (this.isIdle(each) && !this.engines.attachment(each).connected) this.started.delete(each);
    }
    if (this.started.size >= this.most) return false;
    this.started.add(runFolder);
    return true;
  }

  private async end(runFolder: string): Promise<void> {
    this.started.delete(runFolder);
    const attachment = this.engines.attachment(runFolder);
    // Somebody has begun to train it meanwhile.
    if (attachment.status !== null || !attachment.connected) return;
    await attachment.call('stop', {}).catch(() => undefined);
    await attachment.untilGone();
  }
}
