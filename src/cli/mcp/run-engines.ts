import { connectToRun } from '../../endpoint/client';
import type { Connection } from '../../endpoint/client';
import { startEngine } from '../../endpoint/start-engine';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { Queues } from '../../shared/queues';

/** Which engine to start, and the folder of its bundles. */
export interface EngineStart {
  readonly engineFolder: string;
  readonly engine: string;
  /** Absent for one per core. */
  readonly threads?: number | undefined;
  /** What trains; absent for `auto`. */
  readonly device?: string | undefined;
}

/** Engines that this process keeps alive at once: each holds a model and a tensor library. */
const MAX_ENGINES = 3;
/** Idle time before an engine is disconnected, so that it can exit, in ms. */
const IDLE_MS = 120_000;
/** How long an engine that ends its training may take to go, in ms. */
const GONE_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 2000;

const ENDING = ['stopping', 'finished', 'stopped', 'failed'];

interface Open {
  readonly connection: Connection;
  /** Whether it was started here, to serve. */
  readonly isOwn: boolean;
  /** Requests in progress. */
  busy: number;
  idle?: NodeJS.Timeout;
}

/** The engines that answer for runs: those that train them, or ones that are started to serve them. */
export class RunEngines {
  /** By run folder, least recently used first. */
  private readonly opened = new Map<string, Open>();
  private readonly turns = new Queues();

  constructor(private readonly start: EngineStart) {}

  /** Sends a request to an engine of the run. If its training ends before the reply, retries once with the next engine. */
  async ask<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    try {
      return await this.call(runFolder, method, params, signal);
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'closed') throw error;
      return await this.call(runFolder, method, params, signal);
    }
  }

  /** Ends the engines that were started here. */
  async dispose(): Promise<void> {
    const all = [...this.opened.keys()];
    await Promise.all(all.map((runFolder) => this.end(runFolder, STOP_TIMEOUT_MS)));
  }

  private async call<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    const open = await this.turns.run(runFolder, () => this.answering(runFolder));
    clearTimeout(open.idle);
    open.busy++;
    try {
      return await open.connection.client.call(method, params, signal);
    } finally {
      open.busy--;
      if (open.busy === 0) this.keepAwhile(open);
    }
  }

  private async answering(runFolder: string): Promise<Open> {
    const known = this.opened.get(runFolder);
    if (known) {
      this.opened.delete(runFolder);
      this.opened.set(runFolder, known);
      return known;
    }
    const live = await connectToRun(runFolder);
    if (live && (await answers(live))) return this.keep(runFolder, live, false);
    await this.makeRoom();
    const connection = await startEngine({
      ...this.start,
      runFolder,
      mode: 'serve',
      threads: this.start.threads ?? 0,
    });
    return this.keep(runFolder, connection, connection.hello.mode === 'serve');
  }

  private keep(runFolder: string, connection: Connection, isOwn: boolean): Open {
    const open: Open = { connection, isOwn, busy: 0 };
    this.opened.set(runFolder, open);
    void connection.client.closed.then(() => {
      clearTimeout(open.idle);
      if (this.opened.get(runFolder) === open) this.opened.delete(runFolder);
    });
    return open;
  }

  private keepAwhile(open: Open): void {
    clearTimeout(open.idle);
    open.idle = setTimeout(() => open.connection.client.dispose(), IDLE_MS);
    open.idle.unref();
  }

  /** Ends the engine that was not used for longest, where there are many and one is idle. */
  private async makeRoom(): Promise<void> {
    const own = [...this.opened].filter(([, { isOwn }]) => isOwn);
    const idle = own.find(([, { busy }]) => busy === 0);
    if (own.length >= MAX_ENGINES && idle) await this.end(idle[0], GONE_TIMEOUT_MS);
  }

  private async end(runFolder: string, timeout: number): Promise<void> {
    const open = this.opened.get(runFolder);
    if (!open) return;
    const { client } = open.connection;
    if (open.isOwn) {
      await client.call('stop', {}, AbortSignal.timeout(timeout)).catch(() => undefined);
      await within(client.closed, timeout);
    }
    client.dispose();
    this.opened.delete(runFolder);
  }
}

/** Whether an engine goes on answering; one that ends its training is waited for, since it holds the run. */
async function answers({ client, hello }: Connection): Promise<boolean> {
  if (hello.mode === 'serve') return true;
  const status = await client.call('status', {}).catch(() => null);
  if (status && !ENDING.includes(status.state)) return true;
  await within(client.closed, GONE_TIMEOUT_MS);
  client.dispose();
  return false;
}

async function within(promise: Promise<void>, timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeout)));
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
