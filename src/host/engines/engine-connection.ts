import { connectToRun } from '../../endpoint/client';
import type { Connection } from '../../endpoint/client';
import { MemoryWatch } from '../../endpoint/memory-watch';
import { engineProcess } from '../../endpoint/engine-process';
import { PROTOCOL_VERSION } from '../../protocol/engine';
import type { EngineStatus, Hello } from '../../protocol/engine';
import { versionsText } from '../../protocol/version';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { coalesced } from '../../shared/coalesced';
import { isProcessAlive } from '../../setup/process-alive.mjs';

/** Timeout of a `status` request and of the first answer, in ms; then the engine counts as not responding. */
const STATUS_TIMEOUT_MS = 10_000;
/** Interval of connection attempts to an engine that does not respond, in ms. */
const RETRY_INTERVAL_MS = 5000;
/** Interval of status requests to a training engine, in ms. */
const WATCH_INTERVAL_MS = 5000;
/** Idle time before a serving engine is disconnected, so that it can exit, in ms. */
const SERVE_IDLE_MS = 120_000;

/** Interval of checks whether an engine's process has ended, in ms. */
const PROCESS_CHECK_MS = 50;

/** Last known state of an engine that has gone. */
export interface Loss {
  readonly last: EngineStatus | null;
  /** Whether it had started training; before that, the command that started it reports the failure. */
  readonly hadTrained: boolean;
  /** Steps trained since the engine started, or since this window has known it. */
  readonly steps: number;
  /** Whether this window has ended the process. */
  readonly wasKilled: boolean;
  /** Watches the memory of its process since this window has known it. */
  readonly memory: MemoryWatch | null;
}

/**
 * The connection to one run's engine, while there is one. Holds no other essential state: without an engine, the run folder is
 * the source of truth.
 */
export class EngineConnection implements Disposable {
  private connection: Connection | null = null;
  private connecting: Promise<boolean> | null = null;
  /** Fetches the status. */
  private readonly refresh = coalesced(() => this.askStatus());
  private idle: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private newest: EngineStatus | null = null;
  private unanswered = false;
  private hasTrained = false;
  /** Step at which this window first saw the engine train; null before that. */
  private firstStep: number | null = null;
  private killed = false;
  private memory: MemoryWatch | null = null;
  private disposed = false;
  private readonly changedEmitter = new Emitter<number>();
  private readonly reconstructedEmitter = new Emitter<number>();
  private readonly lostEmitter = new Emitter<Loss>();

  /** Fires with the newest step on new rows or a change of state. */
  readonly changed = this.changedEmitter.event;
  readonly reconstructed = this.reconstructedEmitter.event;
  /** Fires when a training engine has gone. Its last state and the run folder tell whether it ended normally. */
  readonly lost = this.lostEmitter.event;

  constructor(
    readonly runFolder: string,
    private readonly connectTo: (runFolder: string) => Promise<Connection | null> = connectToRun,
  ) {}

  /** Latest status of the training engine; null if none is alive, or it has not reported yet. */
  get status(): EngineStatus | null {
    return this.mode === 'train' ? this.newest : null;
  }

  /** Mode of the connected engine; null if none is connected. */
  get mode(): Hello['mode'] | null {
    return this.connection?.hello.mode ?? null;
  }

  get connected(): boolean {
    return this.connection !== null;
  }

  /** False if an engine that trains the run is alive but does not answer, be it connected or not. */
  get responding(): boolean {
    // One that serves may compute for long.
    return !this.unanswered || this.mode === 'serve';
  }

  /** Process id of the engine, which proved in the handshake of this connection that it owns the run. */
  get pid(): number | null {
    return this.connection?.hello.pid ?? null;
  }

  /** Resolves to whether the run is being trained by an engine that is connected, or that does not respond; waits 10 s at most. */
  async findTraining(): Promise<boolean> {
    const connecting = this.connect();
    await Promise.race([connecting, this.untilSilent()]);
    return this.mode === 'train' || !this.responding;
  }

  /** Connects to a live engine, if any, and fetches its status. Resolves to whether an engine is connected. */
  connect(): Promise<boolean> {
    if (this.connecting) return this.connecting;
    if (this.connection) return Promise.resolve(true);
    return this.adoptOnce(() => this.connectTo(this.runFolder));
  }

  /** Takes over a connection made elsewhere, for example to an engine that has just started. */
  async take(connection: Connection): Promise<void> {
    // A connection, maybe to the same engine, may be in progress here; keep only one.
    while (this.connecting) await this.connecting;
    const { connection: own } = this;
    if (own?.hello.pid === connection.hello.pid) return connection.client.dispose();
    if (own) {
      this.gone(own);
      own.client.dispose();
    }
    await this.adoptOnce(() => Promise.resolve(connection));
  }

  /** Resolves to true once no engine is connected, or to false after `timeout` ms. */
  async untilGone(timeout = 30_000): Promise<boolean> {
    const closed = this.connection?.client.closed.then(() => true) ?? Promise.resolve(true);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeout)));
    return Promise.race([closed, late]).finally(() => clearTimeout(timer));
  }

  /**
   * Resolves to true once the process of the connected engine has ended, or to false after `timeout` ms. Until then Windows removes
   * neither its log nor the log's folder.
   */
  async untilEnded(timeout = 10_000): Promise<boolean> {
    const { pid } = this;
    const end = performance.now() + timeout;
    if (pid === null) return true;
    await this.untilGone(timeout);
    while (isProcessAlive(pid)) {
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, PROCESS_CHECK_MS));
    }
    return true;
  }

  /** Sends a request to the engine. @throws RpcError `closed` if no engine is connected */
  async call<K extends MethodName<EngineMethods>>(
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    if (!this.connection) throw new RpcError('closed', 'no engine is running for this run');
    this.keepAwhile();
    return this.connection.client.call(method, params, signal);
  }

  dispose(): void {
    this.disposed = true;
    this.stopTimers();
    const connection = this.connection;
    this.connection = null;
    connection?.client.dispose();
    for (const emitter of [this.changedEmitter, this.reconstructedEmitter, this.lostEmitter])
      emitter.dispose();
  }

  /** Notes that the user has this engine's process ended. */
  noteKill(): void {
    this.killed = true;
  }

  private adoptOnce(make: () => Promise<Connection | null>): Promise<boolean> {
    const late = setTimeout(() => void this.noteSilence(), STATUS_TIMEOUT_MS);
    late.unref();
    this.connecting = make()
      .then(async (connection) => {
        clearTimeout(late);
        if (this.disposed) connection?.client.dispose();
        else if (connection) await this.adopt(connection);
        else if (this.unanswered) await this.stillSilent();
        return this.connected;
      })
      .finally(() => (this.connecting = null));
    return this.connecting;
  }

  /** Resolves once an engine is known not to respond. */
  private untilSilent(): Promise<void> {
    if (this.unanswered) return Promise.resolve();
    return new Promise((resolve) => {
      const subscription = this.changed(() => {
        if (!this.unanswered) return;
        subscription.dispose();
        resolve();
      });
    });
  }

  /** Called when the handshake is late: a process that trains the run without answering is not the same as none. */
  private async noteSilence(): Promise<void> {
    if (this.connection || !(await this.isHeldBySilent()) || this.connection) return;
    this.unanswered = true;
    this.changedEmitter.fire(0);
  }

  private async isHeldBySilent(): Promise<boolean> {
    const engine = await engineProcess(this.runFolder).catch(() => null);
    return !this.disposed && engine?.trains === true;
  }

  /** Tries again later, for as long as the process that does not answer is alive. */
  private async stillSilent(): Promise<void> {
    if (await this.isHeldBySilent()) {
      this.retry = setTimeout(() => void this.connect(), RETRY_INTERVAL_MS);
      this.retry.unref();
    } else if (!this.disposed) {
      this.unanswered = false;
      this.lostEmitter.fire({
        last: null,
        hadTrained: false,
        steps: 0,
        wasKilled: this.killed,
        memory: null,
      });
      this.changedEmitter.fire(0);
    }
  }

  private async adopt(connection: Connection): Promise<void> {
    clearTimeout(this.retry);
    this.connection = connection;
    this.unanswered = false;
    this.hasTrained = false;
    this.firstStep = null;
    this.killed = false;
    this.memory = null;
    const { client } = connection;
    client.on('changed', ({ step, state }) => {
      // The process may exit before it answers the status request.
      const before = this.newest?.state;
      const message = state === before ? (this.newest?.message ?? '') : '';
      if (this.newest) this.note({ ...this.newest, step, state, message });
      if (state !== before) this.changedEmitter.fire(step);
      void this.refresh();
    });
    client.on('reconstructed', ({ step }) => this.reconstructedEmitter.fire(step));
    void client.closed.then(() => this.gone(connection));
    this.keepAwhile();
    if (connection.hello.mode === 'train') {
      void MemoryWatch.of(connection.hello.pid).then((memory) => (this.memory = memory));
      this.watch = setInterval(() => void (this.refresh.current ?? this.refresh()), WATCH_INTERVAL_MS);
      this.watch.unref();
    }
    await this.refresh();
    // Reconstructions made before this connection were not announced here.
    if (this.connection === connection) this.reconstructedEmitter.fire(this.newest?.step ?? 0);
  }

  private async askStatus(): Promise<void> {
    const client = this.connection?.client;
    if (!client) return;
    try {
      const status = await client.call('status', {}, AbortSignal.timeout(STATUS_TIMEOUT_MS));
      if (this.connection?.client !== client) return;
      this.note(status);
      this.unanswered = false;
    } catch (error) {
      if (this.connection?.client !== client) return;
      if (!(error instanceof RpcError) || error.code !== 'cancelled') return;
      this.unanswered = true;
    }
    this.changedEmitter.fire(this.newest?.step ?? 0);
  }

  private note(status: EngineStatus): void {
    const hello = this.connection?.hello;
    const isOther = hello !== undefined && hello.protocol !== PROTOCOL_VERSION;
    // A message while training is paused would mean that it paused by itself.
    const says = isOther && status.state === 'training' && status.message === '';
    this.newest = says ? { ...status, message: versionsText(hello, PROTOCOL_VERSION) } : status;
    if (status.state !== 'training' && status.state !== 'paused') return;
    this.hasTrained = true;
    this.firstStep ??= status.step;
  }

  private keepAwhile(): void {
    clearTimeout(this.idle);
    const connection = this.connection;
    if (connection?.hello.mode !== 'serve') return;
    this.idle = setTimeout(() => connection.client.dispose(), SERVE_IDLE_MS);
    this.idle.unref();
  }

  private stopTimers(): void {
    clearTimeout(this.idle);
    clearInterval(this.watch);
    clearTimeout(this.retry);
  }

  private gone(connection: Connection): void {
    if (this.connection !== connection) return;
    this.stopTimers();
    const last = this.newest;
    const step = last?.step ?? 0;
    this.connection = null;
    this.newest = null;
    this.unanswered = false;
    if (connection.hello.mode === 'train') {
      const steps = Math.max(0, step - (this.firstStep ?? step));
      const { hasTrained: hadTrained, killed: wasKilled, memory } = this;
      this.lostEmitter.fire({ last, hadTrained, steps, wasKilled, memory });
    }
    this.changedEmitter.fire(step);
  }
}
