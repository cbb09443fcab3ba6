import { setTimeout as sleep } from 'node:timers/promises';
import { waitForEngine } from '../../endpoint/client';
import { endText, memoryAdvice } from '../../endpoint/engine-end';
import { MemoryWatch } from '../../endpoint/memory-watch';
import { LOCKED_EXIT_CODE, spawnEngine } from '../../endpoint/spawn';
import type { SpawnOptions } from '../../endpoint/spawn';
import { stopEngine } from '../../endpoint/stop-engine';
import type { StopMeans } from '../../endpoint/stop-engine';
import type { EngineStatus } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { TrainRequest } from '../../runs/config';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import type { ResumeChanges } from '../../runs/resume-changes';
import { EngineConnection } from './engine-connection';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import { readLog, TrainingStart } from '../training/training-start';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { isProcessAlive } from '../../setup/process-alive.mjs';
import { Queues } from '../../shared/queues';

/** Which engine to start: its name or `auto`, and its number of threads, 0 for one per core. */
export interface EngineSelection {
  readonly engine: string;
  readonly threads: number;
}

export interface EngineSettings {
  /** Folder that contains worker.cjs. */
  readonly engineFolder: string;
  /** Called at each start. */
  choose(): EngineSelection;
  /** Throws if an engine must not be started, as in an untrusted workspace. */
  checkAllowed(): void;
}

/**
 * Timeout of a live engine from its start to the handshake, in ms. A slow disk first loads 400 MB of TensorFlow, and a busy
 * machine does so at a tenth of its speed.
 */
const START_TIMEOUT_MS = 180_000;
/** Maximum time between the end of a process and its exit code, in ms. */
const EXIT_TIMEOUT_MS = 2000;

/** The engines of this window's runs: keeps one connection per run folder, and starts the processes. */
export class Engines implements Disposable {
  private readonly connections = new Map<string, EngineConnection>();
  /**
   * Last start of each run, settled either way. Starts of a run are serialised: one engine to train and one to serve must not
   * start at once.
   */
  /** An engine is started, or awaited, by one request of a run at a time. */
  private readonly turns = new Queues();
  private readonly attachedEmitter = new Emitter<EngineConnection>();
  /** Fires when a run folder is used for the first time. */
  readonly attached = this.attachedEmitter.event;
  private readonly trainingStartedEmitter = new Emitter<string>();
  /** Fires with the run folder when this window has started an engine that trains. */
  readonly trainingStarted = this.trainingStartedEmitter.event;

  constructor(private readonly settings: EngineSettings) {}

  connection(runFolder: string): EngineConnection {
    const existing = this.connections.get(runFolder);
    if (existing) return existing;
    const connection = new EngineConnection(runFolder);
    this.connections.set(runFolder, connection);
    this.attachedEmitter.fire(connection);
    return connection;
  }

  /**
   * Starts training in a new run folder; without a request, resumes the run, with `changes`. Resolves
   * when the engine answers or has ended.
   * @param engine of this start; absent for that of the settings
   */
  train(
    runFolder: string,
    request?: TrainRequest,
    changes?: ResumeChanges,
    engine?: EngineSelection,
  ): Promise<TrainingStart> {
    return this.turns.run(runFolder, async () => {
      const connection = this.connection(runFolder);
      if (await connection.connect()) {
        const { mode, status } = connection;
        // An engine that has not reported its state yet counts as training.
        if (mode === 'train' && !(status && isEnding(status))) return TrainingStart.of(connection);
        // A serving engine holds the run's endpoint, and an ending one the run's lock.
        await connection.call('stop', {}).catch(() => undefined);
        await connection.untilGone();
      }
      const start = await TrainingStart.of(connection);
      try {
        await this.start({ runFolder, mode: 'train', request, changes }, engine);
        this.trainingStartedEmitter.fire(runFolder);
      } catch (error) {
        // A short training may end before this window connects to it.
        const { began, failure } = await start.recorded();
        if (failure !== '') throw new Error(failure, { cause: error });
        if (!began) throw error;
      }
      return start;
    });
  }

  /**
   * Returns an engine that can encode and decode for this run: the one that trains it, or one started to serve it.
   * @throws RpcError `no-run`
   */
  answering(runFolder: string): Promise<EngineConnection> {
    return this.turns.run(runFolder, async () => {
      const connection = this.connection(runFolder);
      if (await connection.connect()) {
        if (!connection.status || !isEnding(connection.status)) return connection;
        await connection.untilGone();
      }
      // Starting an engine creates its folder; a deleted run must not reappear.
      if ((await fileStamp(inRun(runFolder, 'config.json'))) === null)
        throw new RpcError('no-run', `${runFolder} holds no run; it may have been removed`);
      return this.start({ runFolder, mode: 'serve' });
    });
  }

  /** Sends a request to an engine of this run. If its training ends before the reply, retries once with the next engine. */
  async ask<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    const connection = await this.answering(runFolder);
    try {
      return await connection.call(method, params, signal);
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'closed') throw error;
      return (await this.answering(runFolder)).call(method, params, signal);
    }
  }

  /**
   * Ends the process of an engine that does not respond: with SIGTERM, which stops it at a checkpoint, or else with SIGKILL.
   * @returns what it took; null if the process is gone, or cannot be told from another one
   * @throws UnstoppableError
   */
  async kill(connection: EngineConnection): Promise<StopMeans | null> {
    connection.noteKill();
    return stopEngine(connection.runFolder, { from: 'terminate' });
  }

  dispose(): void {
    for (const connection of this.connections.values()) connection.dispose();
    this.connections.clear();
    this.attachedEmitter.dispose();
    this.trainingStartedEmitter.dispose();
  }

  private async start(
    what: Pick<SpawnOptions, 'runFolder' | 'mode' | 'request' | 'changes'>,
    selected?: EngineSelection,
  ): Promise<EngineConnection> {
    this.settings.checkAllowed();
    const engine = selected ?? this.settings.choose();
    const connection = this.connection(what.runFolder);
    if (!connection.responding)
      throw new RpcError('not-ready', 'the engine that trains this run does not respond; wait, or stop it');
    const { pid, exited, logStart } = await spawnEngine({
      ...what,
      ...engine,
      engineFolder: this.settings.engineFolder,
    });
    const memory = await MemoryWatch.of(pid);
    const ended = new AbortController();
    const watch = setInterval(() => {
      if (!isProcessAlive(pid)) ended.abort();
    }, 200);
    try {
      const opened = await waitForEngine(what.runFolder, what.mode, START_TIMEOUT_MS, ended.signal);
      if (opened) {
        await connection.take(opened);
        return connection;
      }
    } finally {
      clearInterval(watch);
    }
    const how = ended.signal.aborted ? await Promise.race([exited, sleep(EXIT_TIMEOUT_MS, null)]) : null;
    if (how?.code === LOCKED_EXIT_CODE)
      throw new Error('another process is training this run; stop it first or watch it');
    const { failure, end } = await readLog(what.runFolder, logStart);
    if (failure !== '') throw new Error(failure);
    const advice = how && (await memoryAdvice(what.runFolder, memory, how, logStart));
    if (advice) throw new Error(advice);
    const reason = ended.signal.aborted
      ? `the engine process ended at its start${how === null ? '' : ` (${endText(how)})`}`
      : `the engine did not answer within ${START_TIMEOUT_MS / 1000} s`;
    throw new Error(`${reason}. ${end}`.trim());
  }
}

/** Returns whether the engine's process is about to end, or ends as soon as its checkpoint is written. */
function isEnding({ state }: EngineStatus): boolean {
  return state === 'stopping' || state === 'finished' || state === 'stopped' || state === 'failed';
}
